import type { V1Container, V1Pod } from '@kubernetes/client-node'
import type { Issue } from '../issue.ts'
import { restrictedIssues } from './merge-guard-restricted.ts'
import { stableJson } from '../stable-json.ts'
import { joinPath } from '../zod-issues.ts'
import { OPENING_BRACE } from '../pod/literal.ts'
import { RESOLVED_VOLUME, SECRETS_CONTAINER, SECRETS_VARIABLES } from '../pod/secrets-container.ts'

export type GuardedPod = Pick<V1Pod, 'metadata' | 'spec'>

/** Variables by which a run knows itself and its payload, and the brace that their values may refer to. */
const RUN_VARIABLES = ['config', 'pipelineType', 'pipelineRunId', 'ingestionPipelineFQN', 'jobName', 'namespace', OPENING_BRACE]
const PAYLOAD_VOLUMES: readonly string[] = ['payload', RESOLVED_VOLUME]

/**
 * What a merge did to a pod that it may not do: loosen the `restricted` Pod Security Standard, or touch the payload, the main container's
 * name and command, or what ties the pod to its run. An empty list means that all of these still hold.
 *
 * @param before the pod as the runner builds it; its first container is the main one
 * @param after the same pod with the merge laid over it
 * @param placeOf what to call a path of the pod; its author may know it by another name
 */
export function guardIssues(before: GuardedPod, after: GuardedPod, placeOf: (path: readonly PropertyKey[]) => string = (path) => joinPath('', path)): Issue[] {
  return [
    ...restrictedIssues(after.spec),
    ...identityProblems(before, after),
    ...podProblems(before, after),
    ...containerProblems(before, after),
    ...secretsProblems(before, after),
  ].map(({ path, message }) => ({ code: 'notSupported', path: placeOf(path), message }))
}

/** One broken guarantee. */
export interface GuardProblem {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

function identityProblems(before: GuardedPod, after: GuardedPod): GuardProblem[] {
  const isKept = (kind: 'labels' | 'annotations'): GuardProblem[] =>
    Object.entries(before.metadata?.[kind] ?? {})
      .filter(([key, value]) => after.metadata?.[kind]?.[key] !== value)
      .map(([key]) => ({
        path: ['metadata', kind, key],
        message: 'ties the pod to its run and stays as it is; take it out of the merge, and use keys of your own',
      }))
  const finalizers = after.metadata?.finalizers ?? []
  const hasFinalizers = (before.metadata?.finalizers ?? []).every((finalizer) => finalizers.includes(finalizer))
  return [
    ...isKept('labels'),
    ...isKept('annotations'),
    ...(hasFinalizers
      ? []
      : [{ path: ['metadata', 'finalizers'], message: 'keeps the pod until its end is on the record; add yours and leave the one that is there' }]),
    ...unchanged(before, after, ['metadata', 'ownerReferences'], 'ties the pod to the record of its run; take it out of the merge'),
    ...unchanged(before, after, ['metadata', 'name'], 'is made from the run; take it out of the merge'),
    ...unchanged(before, after, ['metadata', 'namespace'], 'is the namespace of the runner; take it out of the merge'),
  ]
}

function podProblems(before: GuardedPod, after: GuardedPod): GuardProblem[] {
  const serviceAccount = 'is set by INGESTION_SERVICE_ACCOUNT_NAME; set it there and take it out of the merge'
  const former = before.spec?.serviceAccountName
  const { serviceAccount: alias = former } = after.spec ?? {}
  return [
    ...unchanged(before, after, ['spec', 'restartPolicy'], 'stays Never: the runner itself starts a run again; use retries of the pipeline'),
    ...unchanged(before, after, ['spec', 'serviceAccountName'], serviceAccount),
    ...(alias === former ? [] : [{ path: ['spec', 'serviceAccount'], message: serviceAccount }]),
    ...sameElement(
      before.spec?.volumes,
      after.spec?.volumes,
      ['spec', 'volumes'],
      (volume) => PAYLOAD_VOLUMES.includes(volume.name),
      'brings the payload and stays as it is; name yours otherwise',
    ),
  ]
}

function containerProblems(before: GuardedPod, after: GuardedPod): GuardProblem[] {
  const main = before.spec?.containers[0]
  if (main === undefined) return []
  // A merge may have taken the whole list away.
  const containers: readonly V1Container[] = after.spec?.containers ?? []
  const same = containers.filter(({ name }) => name === main.name)
  const [merged] = same
  if (merged === undefined || same.length > 1) {
    return [
      {
        path: ['spec', 'containers'],
        message: `must hold the container ${main.name} once: it does the work, and its name is the one that logs are read by; leave its name as it is`,
      },
    ]
  }
  return mainContainerProblems(main, merged, ['spec', 'containers', containers.indexOf(merged)])
}

function mainContainerProblems(before: V1Container, after: V1Container, path: readonly PropertyKey[]): GuardProblem[] {
  const start = 'starts the ingestion and stays as it is; take it out of the merge, and use an image of your own for other programs'
  return [
    ...unchanged(before, after, ['command'], start),
    ...unchanged(before, after, ['args'], start),
    ...unchanged(before, after, ['workingDir'], start),
    ...RUN_VARIABLES.flatMap((name) =>
      sameElement(
        before.env,
        after.env,
        ['env'],
        (variable) => variable.name === name,
        `${name} is set by the runner for each run and stays as it is; take it out of the merge`,
      ),
    ),
    ...sameElement(
      before.volumeMounts,
      after.volumeMounts,
      ['volumeMounts'],
      isPayloadMount(before),
      'brings the payload and stays as it is; mount yours elsewhere',
    ),
  ].map((problem) => ({ ...problem, path: [...path, ...problem.path] }))
}

/** The init container that looks at the references, where there is one: what it reads and where it writes is the runner's to say. */
function secretsProblems(before: GuardedPod, after: GuardedPod): GuardProblem[] {
  const own = before.spec?.initContainers?.find(({ name }) => name === SECRETS_CONTAINER)
  if (own === undefined) return []
  const containers: readonly V1Container[] = after.spec?.initContainers ?? []
  const same = containers.filter(({ name }) => name === SECRETS_CONTAINER)
  const [merged] = same
  const off = 'set SECRETS_CHECK to off to do without it'
  if (merged === undefined || same.length > 1) {
    return [{ path: ['spec', 'initContainers'], message: `must hold the container ${SECRETS_CONTAINER} once, which looks at secret references; ${off}` }]
  }
  const kept = `looks at secret references and stays as it is; take it out of the merge, or ${off}`
  return [
    ...unchanged(own, merged, ['image'], 'is set by RUNNER_IMAGE; take it out of the merge'),
    ...unchanged(own, merged, ['command'], kept),
    ...unchanged(own, merged, ['args'], kept),
    ...unchanged(own, merged, ['workingDir'], kept),
    ...unchanged(own, merged, ['restartPolicy'], kept),
    ...unchanged(own, merged, ['terminationMessagePath'], kept),
    ...unchanged(own, merged, ['terminationMessagePolicy'], kept),
    ...sameElement(own.env, merged.env, ['env'], ({ name }) => SECRETS_VARIABLES.includes(name), kept),
    ...sameElement(own.volumeMounts, merged.volumeMounts, ['volumeMounts'], isPayloadMount(own), kept),
  ].map((problem) => ({ ...problem, path: ['spec', 'initContainers', containers.indexOf(merged), ...problem.path] }))
}

/** The mount of the payload, and any other at its place. */
function isPayloadMount(main: V1Container): (mount: { readonly name: string; readonly mountPath: string }) => boolean {
  const place = main.volumeMounts?.find(({ name }) => PAYLOAD_VOLUMES.includes(name))?.mountPath
  return ({ name, mountPath }) => PAYLOAD_VOLUMES.includes(name) || (place !== undefined && isWithin(mountPath, place))
}

function isWithin(path: string, folder: string): boolean {
  const clean = (text: string): string => `${text.replace(/\/+/g, '/').replace(/\/$/, '')}/`
  return clean(path).startsWith(clean(folder))
}

function unchanged(before: object, after: object, path: readonly string[], message: string): GuardProblem[] {
  const valueOf = (object: object): unknown =>
    path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined), object)
  return isSame(valueOf(before), valueOf(after)) ? [] : [{ path, message }]
}

/** All elements that fit are the same as before, in the same number. */
function sameElement<Element>(
  before: readonly Element[] | undefined,
  after: readonly Element[] | undefined,
  path: readonly string[],
  fits: (element: Element) => boolean,
  message: string,
): GuardProblem[] {
  return isSame(before?.filter(fits) ?? [], after?.filter(fits) ?? []) ? [] : [{ path, message }]
}

function isSame(a: unknown, b: unknown): boolean {
  return a === undefined || b === undefined ? a === b : stableJson(a) === stableJson(b)
}
