import type { V1Pod } from '@kubernetes/client-node'
import { describe, expect, test } from 'vitest'
import { dnsLabelRule } from '../../../compiler/kubernetes-names.ts'
import { ClusterError } from '../../../reconciler/cluster/cluster-error.ts'
import type { Cluster } from '../../../reconciler/cluster/cluster.ts'
import { podCheck } from '../../../reconciler/doctor/check-pods.ts'
import { aPolicy } from '../../compiler/examples/policy.ts'

const TABLE = JSON.stringify({ default: { nodeSelector: { pool: 'a' } }, profiler: { priorityClass: 'high' } })
const policy = aPolicy({ SIMPLEK8S_PIPELINE_TYPE_CONFIGS: TABLE })

/** What the API server says of each pod; nothing is a yes. */
function clusterSaying(answer: (pod: V1Pod) => Error | undefined) {
  const asked: { readonly pod: V1Pod; readonly isDryRun: boolean }[] = []
  const create = async (_kind: string, pod: V1Pod, { dryRun = false } = {}): Promise<V1Pod> => {
    asked.push({ pod, isDryRun: dryRun })
    const error = answer(pod)
    return error === undefined ? Promise.resolve(pod) : Promise.reject(error)
  }
  return { asked, cluster: { create } as unknown as Pick<Cluster, 'create'> }
}

const rejected = (pod: V1Pod, why: string): ClusterError => new ClusterError('Rejected', `pods "${pod.metadata?.name}" is forbidden: ${why}`)

describe('the pods of runs', () => {
  test('are tried once for each type that the policy treats in its own way, and nothing is made', async () => {
    const { asked, cluster } = clusterSaying(() => undefined)
    expect(await podCheck({ cluster, policy }).run()).toEqual([
      { status: 'ok', message: 'the API server would take the pods of runs (metadata, automation, default, profiler), asked by a dry run' },
    ])
    expect(asked.map(({ isDryRun }) => isDryRun)).toEqual([true, true, true, true])
    expect(asked.map(({ pod }) => pod.spec?.priorityClassName)).toEqual([undefined, undefined, undefined, 'high'])
    expect(asked.map(({ pod }) => pod.spec?.nodeSelector?.['pool'])).toEqual(['a', 'a', 'a', undefined])
  })

  test('that would be refused alike are told in one line, with what to do', async () => {
    const why = 'violates PodSecurity "restricted:latest": unrestricted capabilities'
    const { cluster } = clusterSaying((pod) => (pod.spec?.priorityClassName === 'high' ? undefined : rejected(pod, why)))
    expect(await podCheck({ cluster, policy }).run()).toEqual([
      { status: 'ok', message: 'the API server would take the pods of runs (profiler), asked by a dry run' },
      {
        status: 'fail',
        message: expect.stringMatching(/\(metadata, automation, default\): pods "[^"]+" is forbidden: violates PodSecurity/),
        remedy: expect.stringContaining('The namespace enforces the Pod Security Standard "restricted:latest"'),
      },
    ])
  })

  test('have a name that Kubernetes takes, whatever the type is called', async () => {
    const { asked, cluster } = clusterSaying(() => undefined)
    await podCheck({ cluster, policy: aPolicy({ SIMPLEK8S_PIPELINE_TYPE_CONFIGS: '{"My_Type":{"priorityClass":"high"}}' }) }).run()
    expect(asked).toHaveLength(3)
    expect(asked.flatMap(({ pod }) => dnsLabelRule(pod.metadata?.name ?? '') ?? [])).toEqual([])
  })

  test('for which there is no room are a warning, for runs wait', async () => {
    const { cluster } = clusterSaying(() => new ClusterError('QuotaExceeded', 'exceeded quota: team, requested: pods=1, used: pods=5, limited: pods=5'))
    expect(await podCheck({ cluster, policy }).run()).toMatchObject([
      { status: 'warn', message: expect.stringContaining('exceeded quota'), remedy: expect.stringMatching(/./) },
    ])
  })

  test('of which nothing can be learnt are no fault', async () => {
    const { cluster } = clusterSaying(() => new ClusterError('Forbidden', 'cannot create resource "pods"'))
    expect(await podCheck({ cluster, policy }).run()).toEqual([{ status: 'ok', message: 'not known: cannot create resource "pods"' }])
    const argo = clusterSaying(() => undefined)
    expect(await podCheck({ cluster: argo.cluster, policy: aPolicy({ EXECUTOR_TYPE: 'argo' }) }).run()).toEqual([
      { status: 'ok', message: 'not known: Argo makes its pod' },
    ])
    expect(argo.asked).toEqual([])
  })
})
