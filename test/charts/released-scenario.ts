import type { Executor } from '../../compiler/policy/executor.ts'
import { API_ROOTS, type Kind } from '../../reconciler/cluster/cluster.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import type { Collate } from '../collate/client.ts'
import type { KubernetesObject } from '../scenario/place.ts'
import { prepareScenario, type Scenario } from '../scenario/scenario.ts'

export interface ReleasedOptions {
  readonly cluster: Cluster
  readonly namespace: string
  readonly collate: Collate
  readonly agentId: string
  /** Speaks as the runner's account. */
  readonly kubeconfig: string
  /** Path of the runner, for the commands that are run beside it. */
  readonly program: string
  readonly executor?: Executor
}

/** A scenario whose runner is a release's, in the cluster: what is asked of it goes over the link as ever. */
export async function releasedScenario({ executor = 'simpleK8s', agentId, ...options }: ReleasedOptions): Promise<Scenario> {
  const { cluster, namespace } = options
  const rootOf = (resource: string): string => (resource in API_ROOTS ? API_ROOTS[resource as Kind] : '/api/v1')
  const list = async (resource: string): Promise<readonly KubernetesObject[]> => {
    const answer = await callJson(cluster.api, { method: 'GET', path: `${rootOf(resource)}/namespaces/${namespace}/${resource}` })
    return answer['items'] as readonly KubernetesObject[]
  }
  return prepareScenario({ place: { ...options, executor, list, stop: async () => undefined }, agentId })
}
