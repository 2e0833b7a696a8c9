import { randomBytes } from 'node:crypto'
import type { Cluster } from './cluster-handle.ts'
import { callJson } from './kubernetes-api.ts'
import { waitFor } from './waiting.ts'

/** A namespace that one test file has for itself. */
export interface TestNamespace {
  readonly name: string
  /** Deletes it; with `wait`, also waits until all that was in it is gone. */
  readonly delete: (options?: { readonly wait: boolean }) => Promise<void>
}

/** Makes a namespace `<prefix>-<random>` and waits until its default service account is there, so that pods can be created. */
export async function createNamespace(cluster: Cluster, prefix: string, labels: Readonly<Record<string, string>> = {}): Promise<TestNamespace> {
  const name = `${prefix}-${randomBytes(4).toString('hex')}`
  const path = `/api/v1/namespaces/${name}`
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }
  await callJson(cluster.api, { method: 'POST', path: '/api/v1/namespaces', body })
  await waitFor(async () => ((await cluster.api({ method: 'GET', path: `${path}/serviceaccounts/default` })).status === 200 ? true : undefined), {
    what: `the default service account of namespace ${name}`,
    everyMs: 30,
  })
  return {
    name,
    delete: async ({ wait } = { wait: false }) => {
      await callJson(cluster.api, { method: 'DELETE', path })
      const gone = async (): Promise<true | undefined> => ((await cluster.api({ method: 'GET', path })).status === 404 ? true : undefined)
      if (wait) await waitFor(gone, { what: `the end of namespace ${name}` })
    },
  }
}
