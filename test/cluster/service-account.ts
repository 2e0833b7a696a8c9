import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeTokenKubeconfig } from './kubeconfig.ts'
import type { Cluster } from './cluster-handle.ts'
import { callJson } from './kubernetes-api.ts'

/**
 * Writes a kubeconfig that speaks as a service account, and gives its path. The token is good for a day.
 *
 * A program under test that uses it has exactly the account's rights.
 */
export async function writeServiceAccountKubeconfig(cluster: Cluster, namespace: string, serviceAccount: string): Promise<string> {
  const answer = await callJson(cluster.api, {
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 86_400 } },
  })
  const { token } = answer['status'] as { token: string }
  const folder = join(cluster.folder, 'kubeconfigs')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, `${namespace}-${serviceAccount}`)
  await writeTokenKubeconfig(path, { server: cluster.apiServerUrl, caData: cluster.caData, namespace, token })
  return path
}
