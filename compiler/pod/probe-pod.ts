import type { V1Pod } from '@kubernetes/client-node'
import type { Issue } from '../issue.ts'
import type { Policy } from '../policy.ts'
import { err, ok } from '../result.ts'
import type { Result } from '../result.ts'
import { customPod } from './custom-pod.ts'
import { literal } from './literal.ts'
import { identityLabels, podSpecFor } from './pod.ts'
import { SECRETS_CONTAINER } from './secrets-container.ts'
import type { Workload } from './workload.ts'

/** Of a pod that nobody waits for any more. */
const DEADLINE_SECONDS = 120

/** A payload that holds references, and is not there: nothing of it is mounted. */
const NO_PAYLOAD = { secretName: 'none', delivery: 'file', secrets: 'references' } as const
const WORKLOAD: Workload = { kind: 'pipeline', pipelineType: 'metadata', image: 'none', payload: NO_PAYLOAD, deadlineSeconds: DEADLINE_SECONDS, variables: [] }

/**
 * A pod that reads one secret, as those of metadata runs would: under the ingestion account, on their nodes, with their variables and the
 * operator's own fields. It belongs to no run, and no value leaves it.
 */
export function probePod(name: string, secret: string, policy: Policy): Result<V1Pod, Issue[]> {
  const labels = { 'app.kubernetes.io/name': 'hybrid-runner-doctor', ...identityLabels(policy) }
  const asked: Policy = { ...policy, secretsCheck: 'report' }
  const pod = customPod({ metadata: { name, namespace: policy.namespace, labels }, spec: podSpecFor(WORKLOAD, asked) }, policy.customConfig)
  if (!pod.ok) return pod
  const { initContainers = [], containers: _, volumes = [], ...spec } = pod.value.spec
  const container = initContainers.find((one) => one.name === SECRETS_CONTAINER)
  if (container === undefined) return err([{ code: 'notSupported', path: 'SECRETS_MANAGER', message: noContainer(policy) }])
  const volumeMounts = (container.volumeMounts ?? []).filter((mount) => mount.name !== 'payload')
  // The kubelet replaces $(NAME) in arguments.
  const args = ['secrets', '--probe', literal(secret, 'simpleK8s')]
  return ok({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: pod.value.metadata,
    spec: { ...spec, containers: [{ ...container, args, volumeMounts }], volumes: volumes.filter((volume) => volume.name !== 'payload') },
  })
}

function noContainer({ runnerImage, secretsManager }: Policy): string {
  if (runnerImage === null) return 'is not known to this doctor, for RUNNER_IMAGE is not set: run it where the chart sets it, in the pod of the runner'
  return `is ${secretsManager}, which the ingestion image alone can read`
}
