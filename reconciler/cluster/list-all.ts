import { isClusterError } from './cluster-error.ts'
import type { Cluster, Kind, Wire } from './cluster.ts'

const PAGE_SIZE = 500

/** Every object of a kind that the selector takes. */
export async function listAll<K extends Kind>(cluster: Pick<Cluster, 'list'>, kind: K, labelSelector: string): Promise<Wire<K>[]> {
  const items: Wire<K>[] = []
  for await (const page of pagesOf(cluster, kind, labelSelector)) items.push(...page)
  return items
}

/** The same, page by page, for who keeps little of each. */
export async function* pagesOf<K extends Kind>(cluster: Pick<Cluster, 'list'>, kind: K, labelSelector: string): AsyncGenerator<readonly Wire<K>[]> {
  let continueToken: string | undefined
  do {
    const page = await cluster.list(kind, { labelSelector, limit: PAGE_SIZE, ...(continueToken === undefined ? {} : { continueToken }) })
    yield page.items
    continueToken = page.continueToken
  } while (continueToken !== undefined)
}

/** Every object of one of Argo's kinds: a cluster without Argo, or an account without the right to list them, has none. */
export async function listAllOfArgo<K extends 'cronworkflows' | 'workflows'>(cluster: Cluster, kind: K, labelSelector: string): Promise<Wire<K>[]> {
  try {
    return await listAll(cluster, kind, labelSelector)
  } catch (error) {
    if (isClusterError(error, 'NotFound', 'Forbidden', 'Rejected')) return []
    throw error
  }
}
