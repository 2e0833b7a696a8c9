import type { V1Container, V1PodSpec } from '@kubernetes/client-node'
import { byPodName, guarded, initContainersBeside, isEmpty, mergedContainer } from '../pod/custom-pod.ts'
import type { Issue } from '../issue.ts'
import { dnsLabelRule } from '../kubernetes-names.ts'
import type { CustomConfig } from '../policy/custom-config.ts'
import { SHARED_FIELDS } from '../policy/custom-fields.ts'
import { err, ok } from '../result.ts'
import type { Result } from '../result.ts'
import { strategicMerge } from '../merge/strategic-merge.ts'
import { joinPath } from '../zod-issues.ts'
import { patchFor, RESOLVED_VOLUME } from '../pod/secrets-container.ts'
import type { Template, WorkflowSpec } from './workflow-types.ts'

type Fields = Readonly<Record<string, unknown>>

/** Fields by which Argo would run something else, or the same twice. */
const KEPT_FIELDS: Readonly<Record<string, string>> = {
  entrypoint: 'names the one template, which starts the ingestion; take it out',
  templates: 'holds the one template, which starts the ingestion; give fields of its container in containerParams',
  templateDefaults: 'would change the one template; give fields of its container in containerParams',
  workflowTemplateRef: 'would replace the Workflow; take it out',
  retryStrategy: 'would start a run again that the runner starts again itself; use retries of the pipeline',
  suspend: 'would keep the Workflow from starting; take it out',
  shutdown: 'would keep the Workflow from starting; take it out',
  onExit: 'names a template, and there is none but the one that starts the ingestion; take it out, or give hooks with a templateRef',
}

/** What the payload is mounted as. */
const PAYLOAD_VOLUMES: readonly unknown[] = ['payload', RESOLVED_VOLUME]
/** Containers of Argo's own get their images from its controller. */
const ARGO_CONTAINERS = ['init', 'wait']
/** Volumes that its controller adds to every pod. */
const ARGO_VOLUMES = ['var-run-argo', 'tmp-dir-argo']

/**
 * The WorkflowSpec with the operator's own fields laid over it, unless they take away what a run needs.
 *
 * Fields that a pod has too merge as in a pod, and what Argo will make of them is held to the same rules. Those of Argo's own merge
 * field by field; lists are replaced.
 */
export function customWorkflow(spec: WorkflowSpec, config: CustomConfig): Result<WorkflowSpec, Issue[]> {
  if (isEmpty(config)) return ok(spec)
  const { podMetadata = {}, podSpecPatch = {}, ...params } = withTokenInPatch(config.workflowParams)
  const shared = Object.fromEntries(Object.entries(params).filter(([field]) => Object.hasOwn(SHARED_FIELDS, field)))
  const own = Object.fromEntries(Object.entries(params).filter(([field]) => !Object.hasOwn(SHARED_FIELDS, field)))
  const template = spec.templates[0]
  const container = mergedContainer(template?.container, config)
  const metadata = strategicMerge('ObjectMeta', spec.podMetadata, podMetadata, { original: 'podMetadata', patch: 'workflowParams.podMetadata' })
  const pod = strategicMerge('PodSpec', podPartOf(spec), byPodName(shared), { original: 'spec', patch: 'workflowParams' })
  const patch = strategicMerge('PodSpec', JSON.parse(spec.podSpecPatch) as V1PodSpec, patchFor(podSpecPatch, template?.initContainers), {
    original: 'podSpecPatch',
    patch: 'workflowParams.podSpecPatch',
  })
  const kept = [...keptIssues(own), ...claimIssues(own), ...hookIssues(own)]
  if (template === undefined || !container.ok || !metadata.ok || !pod.ok || !patch.ok || kept.length > 0) {
    return err([...[container, metadata, pod, patch].flatMap((result) => (result.ok ? [] : result.error)), ...kept])
  }
  const merged: WorkflowSpec = {
    ...(mergeFields(withoutPodPart(spec), own) as unknown as WorkflowSpec),
    ...(workflowPartOf(pod.value) as Partial<WorkflowSpec>),
    podMetadata: metadata.value,
    podSpecPatch: JSON.stringify(patch.value),
    templates: [{ ...template, ...initContainersBeside(template.initContainers, template.container, container.value), container: container.value }],
  }
  return judged(spec, merged, config)
}

/** Whether the program gets a token is said in the patch: the field of the WorkflowSpec would have Argo refuse a Workflow without an executor. */
function withTokenInPatch({ automountServiceAccountToken, ...params }: Fields): Fields {
  if (automountServiceAccountToken === undefined) return params
  return { ...params, podSpecPatch: { automountServiceAccountToken, ...(params['podSpecPatch'] as Fields | undefined) } }
}

/** The merged spec, unless the pods that Argo will make of it would not do. */
function judged(before: WorkflowSpec, after: WorkflowSpec, config: CustomConfig): Result<WorkflowSpec, Issue[]> {
  const [podBefore, podAfter] = [podOf(before), podOf(after)]
  if (!podAfter.ok) return podAfter
  if (!podBefore.ok) return podBefore
  const claimed = claimNames(config.workflowParams).flatMap(({ name }) => (typeof name === 'string' ? [name] : []))
  const verdict = guarded(podBefore.value, podAfter.value, config, { volumes: [...claimed, ...ARGO_VOLUMES], containers: ARGO_CONTAINERS })
  return verdict.ok ? ok(after) : verdict
}

/** The pod that Argo makes, but for what it adds to its own containers, and for its own volumes. The main container comes first. */
function podOf(spec: WorkflowSpec): Result<{ metadata: WorkflowSpec['podMetadata']; spec: V1PodSpec }, Issue[]> {
  const containers = spec.templates.map(({ container }: Template) => container)
  const initContainers = spec.templates.flatMap((template) => template.initContainers ?? [])
  const pod = { ...podPartOf(spec), restartPolicy: 'Never', containers, ...(initContainers.length === 0 ? {} : { initContainers }) }
  const patched = strategicMerge('PodSpec', pod, JSON.parse(spec.podSpecPatch), {
    original: 'spec',
    patch: 'workflowParams.podSpecPatch',
  })
  if (!patched.ok) return patched
  const isMain = ({ name }: V1Container): boolean => containers.some((container) => container.name === name)
  const [mains, others] = [patched.value.containers.filter(isMain), patched.value.containers.filter((one) => !isMain(one))]
  return ok({ metadata: spec.podMetadata, spec: { ...patched.value, containers: [...mains, ...others] } })
}

/** Fields of the spec that the pod gets, by the pod's names. */
function podPartOf(spec: WorkflowSpec): V1PodSpec {
  const shared = Object.entries(spec).filter(([field]) => Object.hasOwn(SHARED_FIELDS, field))
  return byPodName(Object.fromEntries(shared)) as unknown as V1PodSpec
}

function withoutPodPart(spec: WorkflowSpec): Fields {
  return Object.fromEntries(Object.entries(spec).filter(([field]) => !Object.hasOwn(SHARED_FIELDS, field)))
}

/** The pod's fields by the names that a WorkflowSpec has for them. */
function workflowPartOf(podSpec: V1PodSpec): Fields {
  const names = new Map(Object.entries(SHARED_FIELDS).map(([field, podField]) => [podField, field]))
  return Object.fromEntries(Object.entries(podSpec).flatMap(([field, value]) => (names.has(field) ? [[names.get(field) ?? field, value as unknown]] : [])))
}

function keptIssues(own: Fields): Issue[] {
  return Object.entries(KEPT_FIELDS).flatMap(([field, message]): Issue[] =>
    Object.hasOwn(own, field) ? [{ code: 'notSupported', path: `workflowParams.${field}`, message }] : [],
  )
}

/** Claims become volumes of the pod. */
function claimIssues(own: Fields): Issue[] {
  const claims = own['volumeClaimTemplates'] ?? []
  if (!Array.isArray(claims)) return [{ code: 'invalid', path: 'workflowParams.volumeClaimTemplates', message: 'must be a list' }]
  return claimNames(own).flatMap(({ name, index }): Issue[] => {
    const path = `workflowParams.volumeClaimTemplates[${index}].metadata.name`
    if (typeof name !== 'string') return [{ code: 'missing', path, message: 'is missing; it names the volume' }]
    if (PAYLOAD_VOLUMES.includes(name)) return [{ code: 'notSupported', path, message: 'is the volume that brings the payload; name yours otherwise' }]
    const message = dnsLabelRule(name)
    return message === undefined ? [] : [{ code: 'invalid', path, message }]
  })
}

function claimNames({ volumeClaimTemplates: claims }: Fields): { readonly name: unknown; readonly index: number }[] {
  if (!Array.isArray(claims)) return []
  return claims.map((claim: unknown, index) => ({ name: Reflect.get(Object(Reflect.get(Object(claim), 'metadata')), 'name') as unknown, index }))
}

/** A hook can only run a template that is stored elsewhere. */
function hookIssues({ hooks }: Fields): Issue[] {
  if (!isFields(hooks)) return []
  const message = 'must give a templateRef to a WorkflowTemplate: there is no template here but the one that starts the ingestion'
  return Object.entries(hooks).flatMap(([name, hook]): Issue[] =>
    isFields(hook) && isFields(hook['templateRef']) ? [] : [{ code: 'notSupported', path: joinPath('workflowParams.hooks', [name]), message }],
  )
}

/** JSON merge patch: `null` takes a field away. */
function mergeFields(original: Fields, patch: Fields): Fields {
  const merged = new Map(Object.entries(original))
  for (const [field, value] of Object.entries(patch)) {
    const before = merged.get(field)
    if (value === null) merged.delete(field)
    else merged.set(field, isFields(value) ? mergeFields(isFields(before) ? before : {}, value) : value)
  }
  return Object.fromEntries(merged)
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
