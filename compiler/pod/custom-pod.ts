import type { V1Container, V1ObjectMeta, V1PodSpec } from '@kubernetes/client-node'
import type { Issue } from '../issue.ts'
import { guardIssues } from '../merge/merge-guard.ts'
import type { CustomConfig } from '../policy/custom-config.ts'
import { SHARED_FIELDS } from '../policy/custom-fields.ts'
import { placeInFiles } from '../policy/custom-place.ts'
import { givingWay } from '../policy/custom-resources.ts'
import { err, ok } from '../result.ts'
import type { Result } from '../result.ts'
import { strategicMerge } from '../merge/strategic-merge.ts'
import { besideProgram, patchFor } from './secrets-container.ts'
import { NOTHING_BROUGHT, podRules } from './pod-rules.ts'
import type { BroughtByOthers } from './pod-rules.ts'

/** A pod, or the template of one. */
export interface PodParts {
  readonly metadata: V1ObjectMeta
  readonly spec: V1PodSpec
}

/** The pod with the operator's own fields laid over it, unless they take away what a run needs. */
export function customPod(pod: PodParts, config: CustomConfig): Result<PodParts, Issue[]> {
  if (isEmpty(config)) return ok(pod)
  const { podMetadata = {}, podSpecPatch = {}, ...params } = config.workflowParams
  const container = mergedContainer(pod.spec.containers[0], config)
  const metadata = strategicMerge('ObjectMeta', pod.metadata, podMetadata, { original: 'metadata', patch: 'workflowParams.podMetadata' })
  const spec = strategicMerge('PodSpec', pod.spec, byPodName(params), { original: 'spec', patch: 'workflowParams' })
  if (!container.ok || !metadata.ok || !spec.ok) return err([container, metadata, spec].flatMap((result) => (result.ok ? [] : result.error)))
  const initContainers = initContainersBeside(pod.spec.initContainers, pod.spec.containers[0], container.value)
  const whole = { ...spec.value, ...initContainers, containers: spec.value.containers.toSpliced(0, 1, container.value) }
  const patched = strategicMerge('PodSpec', whole, patchFor(podSpecPatch, pod.spec.initContainers), { original: 'spec', patch: 'workflowParams.podSpecPatch' })
  return patched.ok ? guarded(pod, { metadata: metadata.value, spec: patched.value }, config) : patched
}

/** Those of the runner, which find in the pod what the program finds. */
export function initContainersBeside(
  own: readonly V1Container[] | undefined,
  before: V1Container | undefined,
  after: V1Container,
): Pick<V1PodSpec, 'initContainers'> {
  return own === undefined || before === undefined ? {} : { initContainers: own.map((container) => besideProgram(container, before, after)) }
}

export function isEmpty({ containerParams, workflowParams }: CustomConfig): boolean {
  return Object.keys(containerParams).length === 0 && Object.keys(workflowParams).length === 0
}

/** The main container with the operator's fields. Its own amounts give way to those that the operator sets, here or in the patch of the pod. */
export function mergedContainer(container: V1Container | undefined, config: CustomConfig): Result<V1Container, Issue[]> {
  const original = container === undefined ? { name: '' } : givingWay(container, config)
  return strategicMerge('Container', original, config.containerParams, { original: 'container', patch: 'containerParams' })
}

/** The pod after a merge, unless it lacks something that it had to keep or holds what Kubernetes refuses; told by the fields of the operator's files. */
export function guarded<Pod extends PodParts>(
  before: PodParts,
  after: Pod,
  config: CustomConfig,
  others: BroughtByOthers = NOTHING_BROUGHT,
): Result<Pod, Issue[]> {
  const placeOf = (path: readonly PropertyKey[]): string => placeInFiles(after, config, before.spec.containers[0]?.name ?? '', path)
  const issues = [
    ...guardIssues(before, after, placeOf),
    ...podRules(after, others).map(({ path, message }): Issue => ({ code: 'invalid', path: placeOf(path), message })),
  ]
  return issues.length > 0 ? err(issues) : ok(after)
}

/** Fields of a WorkflowSpec under the names that a pod has for them. */
export function byPodName(params: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(params).map(([field, value]) => [Object.hasOwn(SHARED_FIELDS, field) ? (SHARED_FIELDS[field] ?? field) : field, value]),
  )
}
