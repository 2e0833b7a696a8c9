import type { Executor } from './executor.ts'

/** What speaks against a field: it is refused, or it does nothing here. */
export interface FieldVerdict {
  readonly isRefusal: boolean
  readonly message: string
}

export type FieldRule = (field: string) => FieldVerdict | undefined

/** What a field holds. */
export type FieldKind = 'text' | 'number' | 'flag' | 'list' | 'map' | 'text or map'

/** Fields of a Kubernetes container. Which of them may be changed says the guard of the merge. */
export const CONTAINER_FIELDS: Readonly<Record<string, FieldKind>> = {
  args: 'list',
  command: 'list',
  env: 'list',
  envFrom: 'list',
  image: 'text',
  imagePullPolicy: 'text',
  lifecycle: 'map',
  livenessProbe: 'map',
  name: 'text',
  ports: 'list',
  readinessProbe: 'map',
  resizePolicy: 'list',
  resources: 'map',
  securityContext: 'map',
  startupProbe: 'map',
  stdin: 'flag',
  stdinOnce: 'flag',
  terminationMessagePath: 'text',
  terminationMessagePolicy: 'text',
  tty: 'flag',
  volumeDevices: 'list',
  volumeMounts: 'list',
  workingDir: 'text',
}

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
export const POD_PARTS: Readonly<Record<string, FieldKind>> = { podMetadata: 'map', podSpecPatch: 'text or map' }

/** What each of the shared fields holds. */
export const SHARED_KINDS: Readonly<Record<string, FieldKind>> = {
  activeDeadlineSeconds: 'number',
  affinity: 'map',
  automountServiceAccountToken: 'flag',
  dnsConfig: 'map',
  dnsPolicy: 'text',
  hostAliases: 'list',
  hostNetwork: 'flag',
  imagePullSecrets: 'list',
  nodeSelector: 'map',
  podPriorityClassName: 'text',
  schedulerName: 'text',
  securityContext: 'map',
  serviceAccountName: 'text',
  tolerations: 'list',
  volumes: 'list',
}

/** Fields of a WorkflowSpec beside those. */
export const WORKFLOW_FIELDS: Readonly<Record<string, FieldKind>> = {
  archiveLogs: 'flag',
  arguments: 'map',
  artifactGC: 'map',
  artifactRepositoryRef: 'map',
  entrypoint: 'text',
  executor: 'map',
  hooks: 'map',
  metrics: 'map',
  onExit: 'text',
  parallelism: 'number',
  podDisruptionBudget: 'map',
  podGC: 'map',
  priority: 'number',
  retryStrategy: 'map',
  shutdown: 'text',
  suspend: 'flag',
  synchronization: 'map',
  templateDefaults: 'map',
  templates: 'list',
  ttlStrategy: 'map',
  volumeClaimGC: 'map',
  volumeClaimTemplates: 'list',
  workflowMetadata: 'map',
  workflowTemplateRef: 'map',
}

/** Fields that only a pod has. */
export const POD_FIELDS: Readonly<Record<string, FieldKind>> = {
  enableServiceLinks: 'flag',
  hostUsers: 'flag',
  initContainers: 'list',
  preemptionPolicy: 'text',
  priorityClassName: 'text',
  runtimeClassName: 'text',
  setHostnameAsFQDN: 'flag',
  shareProcessNamespace: 'flag',
  terminationGracePeriodSeconds: 'number',
  topologySpreadConstraints: 'list',
}

export function containerFieldRule(field: string): FieldVerdict | undefined {
  return Object.hasOwn(CONTAINER_FIELDS, field) ? undefined : refused(`is no field of a container; the fields are ${Object.keys(CONTAINER_FIELDS).join(', ')}`)
}

/** Argo takes every field of a WorkflowSpec; the Simple Kubernetes executor what a pod has. */
export function workflowFieldRule(executor: Executor, field: string): FieldVerdict | undefined {
  if (Object.hasOwn(POD_PARTS, field) || Object.hasOwn(SHARED_FIELDS, field)) return undefined
  if (executor === 'argo') {
    if (Object.hasOwn(WORKFLOW_FIELDS, field)) return undefined
    if (Object.hasOwn(POD_FIELDS, field)) return refused("is a field of a pod and none of Argo's WorkflowSpec; give it in podSpecPatch")
    return refused("is no field of Argo's WorkflowSpec")
  }
  if (Object.hasOwn(POD_FIELDS, field)) return undefined
  if (Object.hasOwn(WORKFLOW_FIELDS, field))
    return { isRefusal: false, message: 'is read by the Argo executor only and has no effect here: a pod has no such field' }
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
