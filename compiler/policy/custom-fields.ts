import type { Executor } from './executor.ts'

/** What speaks against a field: it is refused, or it does nothing here. */
export interface FieldVerdict {
  readonly isRefusal: boolean
  readonly message: string
}

export type FieldRule = (field: string) => FieldVerdict | undefined

/** Fields of a Kubernetes container. Which of them may be changed says the guard of the merge. */
const CONTAINER_FIELDS: ReadonlySet<string> = new Set([
  'args',
  'command',
  'env',
  'envFrom',
  'image',
  'imagePullPolicy',
  'lifecycle',
  'livenessProbe',
  'name',
  'ports',
  'readinessProbe',
  'resizePolicy',
  'resources',
  'securityContext',
  'startupProbe',
  'stdin',
  'stdinOnce',
  'terminationMessagePath',
  'terminationMessagePolicy',
  'tty',
  'volumeDevices',
  'volumeMounts',
  'workingDir',
])

/** Fields that a WorkflowSpec has in common with a pod; by the pod's name where it differs. */
export const SHARED_FIELDS: Readonly<Record<string, string>> = {
  activeDeadlineSeconds: 'activeDeadlineSeconds',
  affinity: 'affinity',
  automountServiceAccountToken: 'automountServiceAccountToken',
  dnsConfig: 'dnsConfig',
  dnsPolicy: 'dnsPolicy',
  hostAliases: 'hostAliases',
  hostNetwork: 'hostNetwork',
  imagePullSecrets: 'imagePullSecrets',
  nodeSelector: 'nodeSelector',
  podPriorityClassName: 'priorityClassName',
  schedulerName: 'schedulerName',
  securityContext: 'securityContext',
  serviceAccountName: 'serviceAccountName',
  tolerations: 'tolerations',
  volumes: 'volumes',
}

/** Taken by both executors: labels and annotations, and a patch for the pod's spec that is merged after all else. */
const POD_PARTS: readonly string[] = ['podMetadata', 'podSpecPatch']

/** Fields of a WorkflowSpec beside those. */
const WORKFLOW_FIELDS: ReadonlySet<string> = new Set([
  'archiveLogs',
  'arguments',
  'artifactGC',
  'artifactRepositoryRef',
  'entrypoint',
  'executor',
  'hooks',
  'metrics',
  'onExit',
  'parallelism',
  'podDisruptionBudget',
  'podGC',
  'priority',
  'retryStrategy',
  'shutdown',
  'suspend',
  'synchronization',
  'templateDefaults',
  'templates',
  'ttlStrategy',
  'volumeClaimGC',
  'volumeClaimTemplates',
  'workflowMetadata',
  'workflowTemplateRef',
])

/** Fields that only a pod has. */
const POD_FIELDS: ReadonlySet<string> = new Set([
  'enableServiceLinks',
  'hostUsers',
  'initContainers',
  'preemptionPolicy',
  'priorityClassName',
  'runtimeClassName',
  'setHostnameAsFQDN',
  'shareProcessNamespace',
  'terminationGracePeriodSeconds',
  'topologySpreadConstraints',
])

export function containerFieldRule(field: string): FieldVerdict | undefined {
  return CONTAINER_FIELDS.has(field) ? undefined : refused(`is no field of a container; the fields are ${[...CONTAINER_FIELDS].join(', ')}`)
}

/** Argo takes every field of a WorkflowSpec; the Simple Kubernetes executor what a pod has. */
export function workflowFieldRule(executor: Executor, field: string): FieldVerdict | undefined {
  if (POD_PARTS.includes(field) || Object.hasOwn(SHARED_FIELDS, field)) return undefined
  if (executor === 'argo') {
    if (WORKFLOW_FIELDS.has(field)) return undefined
    if (POD_FIELDS.has(field)) return refused("is a field of a pod and none of Argo's WorkflowSpec; give it in podSpecPatch")
    return refused("is no field of Argo's WorkflowSpec")
  }
  if (POD_FIELDS.has(field)) return undefined
  if (WORKFLOW_FIELDS.has(field)) return { isRefusal: false, message: 'is read by the Argo executor only and has no effect here: a pod has no such field' }
  return refused('is no field of a pod')
}

/** Argo has labels and annotations for its pods and no more; the rest of a pod's metadata is the runner's own. Directives are for the merge. */
export function podMetadataFieldRule(executor: Executor, field: string): FieldVerdict | undefined {
  if (['labels', 'annotations'].includes(field) || field.startsWith('$')) return undefined
  if (field !== 'finalizers') return refused('must be left out: podMetadata holds labels and annotations, and the runner sets the rest')
  return executor === 'argo' ? refused("must be left out: Argo's podMetadata has labels and annotations only") : undefined
}

function refused(message: string): FieldVerdict {
  return { isRefusal: true, message }
}
