import type { Executor } from '../../compiler/policy/executor.ts'
import { API_ROOTS, type Kind } from '../../reconciler/cluster/cluster.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { createNamespace } from '../cluster/namespaces.ts'
import { writeServiceAccountKubeconfig } from '../cluster/service-account.ts'
import { loadIngestionImage } from '../ingestion-image/image.ts'
import { Gates } from '../scenario/gates.ts'
import { type KubernetesObject, type Place, SERVER_VERSION, startServer } from '../scenario/place.ts'
import { runnerProgram } from '../scenario/runner-program.ts'
import { type Release, releaseIn, releaseValues, type Values } from './release.ts'

/** Name of the runner's account, Role and RoleBinding in a release of the usual name. */
export const RELEASED_NAME = 'collate-prod-hybrid-ingestion-runner'

export interface ReleasedPlace extends Place {
  readonly release: Release
}

/**
 * A place for runners in which the accounts and their rights are those of a release of the chart. The release has no runner of its own:
 * processes with its account's rights take its place, so that they are this checkout's, and can be killed.
 */
export async function openReleasedPlace(cluster: Cluster, agentId: string, values: Values = {}, executor: Executor = 'simpleK8s'): Promise<ReleasedPlace> {
  const namespace = await createNamespace(cluster, 'released', { 'pod-security.kubernetes.io/enforce': 'restricted' })
  const [collate, program] = await Promise.all([startServer(), runnerProgram(), loadIngestionImage(cluster, [`om-${SERVER_VERSION}-cl-${SERVER_VERSION}`])])
  const release = await releaseIn(cluster, namespace.name)
  await release.install({ ...releaseValues(cluster, collate, agentId), replicaCount: 0, ...values })
  const kubeconfig = await writeServiceAccountKubeconfig(cluster, namespace.name, RELEASED_NAME)
  const gates = new Gates(cluster.hostIp)
  const rootOf = (resource: string): string => (resource in API_ROOTS ? API_ROOTS[resource as Kind] : '/api/v1')
  return {
    cluster,
    namespace: namespace.name,
    collate,
    kubeconfig,
    program,
    executor,
    release,
    list: async (resource) => {
      const answer = await callJson(cluster.api, {
        method: 'GET',
        path: `${rootOf(resource)}/namespaces/${namespace.name}/${resource}`,
      })
      return answer['items'] as readonly KubernetesObject[]
    },
    gate: async () => gates.gate(),
    stop: async () => {
      await collate.stop()
      await gates.stop()
      await namespace.delete()
    },
  }
}
