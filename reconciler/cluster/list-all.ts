import { isClusterError } from './cluster-error.ts'
import type { Cluster, Kind, Wire } from './cluster.ts'

const PAGE_SIZE = 500

/** Every object of a kind that the selector takes, page by page. */
export async function listAll<K extends Kind>(cluster: Cluster, kind: K, labelSelector: string): Promise<Wire<K>[]> {
  const items: Wire<K>[] = []
  let continueToken: string | undefined
  do {
    const page = await cluster.list(kind, { labelSelector, limit: PAGE_SIZE, ...(continueToken === undefined ? {} : { continueToken }) })
    items.push(...page.items)
    continueToken = page.continueToken
  } while (continueToken !== undefined)
  return items
}

/** The same for Argo's kinds: a cluster without Argo, or an account without the right to list them, has none. */
export async function listAllOfArgo<K extends 'cronworkflows' | 'workflows'>(cluster: Cluster, kind: K, labelSelector: string): Promise<Wire<K>[]> {
  try {
    return await listAll(cluster, kind, labelSelector)
  } catch (error) {
    if (isClusterError(error, 'NotFound', 'Forbidden', 'Rejected')) return []
    throw error
  }
}
