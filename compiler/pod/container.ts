import type { V1Container, V1EnvVar, V1ResourceRequirements } from '@kubernetes/client-node'
import { commandFor } from './entry-point.ts'
import { bracesFor, withoutTemplates } from './literal.ts'
import { PAYLOAD_KEY } from '../payload.ts'
import type { Policy } from '../policy.ts'
import { policyForType } from '../policy/pipeline-type-policy.ts'
import { overlayResources } from '../resources.ts'
import { loaderVariables } from '../secrets-manager.ts'
import { payloadFileOf, payloadMounts } from './secrets-container.ts'
import type { Workload } from './workload.ts'

/** Name of the container that does the work; OpenMetadata's own tools read the log of the container of this name. */
export const MAIN_CONTAINER = 'main'

/** The one container of a workload's pod. */
export function mainContainer(workload: Workload, policy: Policy): V1Container {
  return {
    name: MAIN_CONTAINER,
    image: workload.image,
    imagePullPolicy: policy.imagePullPolicy,
    command: commandFor(workload.kind, payloadFileOf(workload.payload, policy)),
    env: environment(workload, policy),
    resources: resources(workload, policy),
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      runAsNonRoot: true,
    },
    ...payloadMounts(workload.payload, policy),
  }
}

function environment({ payload, variables }: Workload, policy: Policy): V1EnvVar[] {
  const all: V1EnvVar[] = [
    ...(payloadFileOf(payload, policy) === undefined ? [{ name: 'config', valueFrom: { secretKeyRef: { name: payload.secretName, key: PAYLOAD_KEY } } }] : []),
    ...variables,
    ...loaderVariables(policy.secretsManager, policy.namespace, policy.extraEnvs),
    ...policy.extraEnvs.map(({ name, value }) => ({ name, value: withoutTemplates(value, policy.executor) })),
  ]
  return [...bracesFor(all, policy.executor), ...all]
}

/** The resources of the type over the general ones, which are smaller for automations. */
function resources(workload: Workload, policy: Policy): V1ResourceRequirements {
  const general = workload.kind === 'automation' ? policy.automationResources : policy.resources
  const { requests, limits } = overlayResources(general, policyForType(policy.pipelineTypes, workload.pipelineType).resources)
  return { requests: { ...requests }, limits: { ...limits } }
}
