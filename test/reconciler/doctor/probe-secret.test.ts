import type { V1ContainerState, V1Pod } from '@kubernetes/client-node'
import { describe, expect, test } from 'vitest'
import { probePod } from '../../../compiler/pod/probe-pod.ts'
import type { SecretsReport } from '../../../compiler/secrets-report.ts'
import { ClusterError } from '../../../reconciler/cluster/cluster-error.ts'
import { probeSecret, type ProbeParts } from '../../../reconciler/doctor/probe-secret.ts'
import { aPolicy } from '../../compiler/examples/policy.ts'

const AZURE = { SECRETS_MANAGER: 'azure-kv', RUNNER_IMAGE: 'example.com/runner:1', INGESTION_EXTRA_ENVS: '[AZURE_KEY_VAULT_NAME:acme-vault]' }

describe('the pod of a probe', () => {
  test('reads one secret as the pods of runs would, and belongs to no run', () => {
    const pod = probePod('doctor-1', 'my-$(config)', aPolicy(AZURE))
    expect(pod).toMatchObject({
      ok: true,
      value: {
        metadata: { name: 'doctor-1', labels: { 'azure.workload.identity/use': 'true' } },
        spec: { serviceAccountName: 'ingestion', restartPolicy: 'Never', activeDeadlineSeconds: 120, volumes: [] },
      },
    })
    const { metadata, spec }: Partial<V1Pod> = pod.ok ? pod.value : {}
    expect(spec?.containers).toHaveLength(1)
    expect(spec?.containers[0]).toMatchObject({ image: 'example.com/runner:1', args: ['secrets', '--probe', 'my-$$(config)'], volumeMounts: [] })
    expect(spec?.containers[0]?.env).toContainEqual({ name: 'AZURE_KEY_VAULT_NAME', value: 'acme-vault' })
    expect(spec?.initContainers).toBeUndefined()
    expect(Object.keys(metadata?.labels ?? {}).filter((label) => label.startsWith('hybrid-runner.collate.io/'))).toEqual([])
    expect(metadata?.finalizers).toBeUndefined()
  })

  test.each([
    [{ ...AZURE, SECRETS_MANAGER: 'aws-ssm' }, /ingestion image alone/],
    [{ SECRETS_MANAGER: 'azure-kv' }, /RUNNER_IMAGE/],
  ])('cannot be made with %j', (environment, message) => {
    expect(probePod('doctor-1', 'mine', aPolicy(environment))).toMatchObject({ ok: false, error: [{ message: expect.stringMatching(message) }] })
  })
})

/** A cluster whose pod comes to these states, one look after another. */
function clusterWith(...states: readonly V1ContainerState[]) {
  const deleted: string[] = []
  let looks = 0
  const cluster: ProbeParts['cluster'] = {
    create: async (_kind, object) => ({ ...object, metadata: { ...object.metadata, uid: 'its-uid' } }),
    read: async () => {
      const state = states[Math.min(looks++, states.length - 1)] ?? {}
      return { status: { containerStatuses: [{ name: 'secrets', state }] } } as never
    },
    delete: async (_kind, name, { uid }) => void deleted.push(`${name} ${uid}`),
  }
  return { cluster, deleted }
}

async function probe(cluster: ProbeParts['cluster']) {
  let nowMs = 0
  const sleep = async (ms: number): Promise<void> => void (nowMs += ms)
  return (await probeSecret({ cluster, policy: aPolicy(AZURE), secret: 'mine', podName: 'doctor-1', timeoutMs: 5_000, now: () => nowMs, sleep }))[0]
}

const waiting = (reason: string): V1ContainerState => ({ waiting: { reason } })
const ended = (exitCode: number, message = ''): V1ContainerState => ({ terminated: { exitCode, message } })

describe('a probe', () => {
  test('that reads the secret says under which account, and leaves no pod', async () => {
    const { cluster, deleted } = clusterWith(waiting('ContainerCreating'), { running: {} }, ended(0))
    expect(await probe(cluster)).toEqual({ check: 'secret', status: 'ok', message: 'the account ingestion can read the secret "mine"' })
    expect(deleted).toEqual(['doctor-1 its-uid'])
  })

  test('that does not read it repeats what its pod reports', async () => {
    const failed = { reference: 'secret:mine', store: 'Azure Key Vault', problem: 'denied', message: 'give it the role "Key Vault Secrets User"' } as const
    const report: SecretsReport = { secretsReport: 1, failed: [failed], more: 0 }
    const { cluster, deleted } = clusterWith(ended(1, JSON.stringify(report)))
    expect(await probe(cluster)).toMatchObject({ status: 'fail', message: `Azure Key Vault: ${failed.message}` })
    expect(deleted).toHaveLength(1)
  })

  test('whose pod never starts says why, and leaves no pod', async () => {
    const { cluster, deleted } = clusterWith(waiting('ImagePullBackOff'))
    expect(await probe(cluster)).toMatchObject({ status: 'fail', message: expect.stringContaining('ImagePullBackOff') })
    expect(deleted).toHaveLength(1)
  })

  test('whose pod ends without a report names its exit code and what Kubernetes says of it', async () => {
    const killed: V1ContainerState = { terminated: { exitCode: 137, reason: 'OOMKilled' } }
    expect(await probe(clusterWith(killed).cluster)).toMatchObject({ status: 'fail', message: expect.stringContaining('exit code 137 (OOMKilled)') })
  })

  test('that may make no pod says so', async () => {
    const cluster = { ...clusterWith().cluster, create: async () => Promise.reject(new ClusterError('Forbidden', 'pods is forbidden')) }
    expect(await probe(cluster)).toMatchObject({ status: 'fail', message: expect.stringContaining('pods is forbidden') })
  })
})
