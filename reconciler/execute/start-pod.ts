import { compile } from '../../compiler/compile.ts'
import { formatIssues, type Issue } from '../../compiler/issue.ts'
import { isWorkflow, type Manifest } from '../../compiler/manifest.ts'
import type { RunEnd, StoredRecord } from '../../compiler/record.ts'
import { type ClusterError, isClusterError, isWebhookDown } from '../cluster/cluster-error.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'
import type { PendingReason } from '../observe/pending-reason.ts'
import type { Effects } from './effects.ts'
import { NO_WORKFLOWS } from './no-workflows.ts'
import { readAttempt } from './read-attempt.ts'

/** What became of the attempt to start a run. */
export type Start =
  | { readonly kind: 'started' }
  /** Not now; `pending` is worth telling. */
  | { readonly kind: 'wait'; readonly requeueAfterMs: number; readonly pending?: PendingReason }
  /** Never. */
  | { readonly kind: 'impossible'; readonly end: RunEnd }

/** A name held by a pod that is on its way out, or a fact that is not known yet. */
const WAIT_MS = 2_000
/** A namespace over its quota: nobody tells us when there is room. */
const QUOTA_WAIT_MS = 15_000
/** Somebody else's webhook, which is on its way back or is not. */
const WEBHOOK_WAIT_MS = 5_000

/** The pod, or the Workflow, of an attempt. */
type AttemptObject = Manifest['objects'][0]

/** Compiles the record and creates its pod or Workflow. One of this record that is there already is adopted: it is the one start there is. */
export async function startPod(record: StoredRecord, effects: Effects): Promise<Start> {
  const compiled = compile(record, effects.policy, effects.facts())
  if (!compiled.ok) return startWithoutManifest(compiled.error, effects.now())
  const [object] = compiled.value.objects
  const what = isWorkflow(object) ? 'workflow' : 'pod'
  try {
    const { name } = await create(object, effects)
    effects.onStart()
    effects.log.info({ run: record.spec.runId, pipeline: record.spec.pipeline.fullyQualifiedName, [what]: name }, `${what} started`)
    return { kind: 'started' }
  } catch (error) {
    if (isClusterError(error, 'AlreadyExists')) return adopt(object, record, effects)
    if (isClusterError(error, 'Invalid', 'Rejected', 'QuotaExceeded', 'Forbidden')) return startRefused(error, effects.now())
    if (isWebhookDown(error)) return webhookIsDown(error)
    if (isWorkflow(object) && isClusterError(error, 'NotFound')) return withoutArgo(error)
    throw error
  }
}

async function create(object: AttemptObject, { cluster, cache }: Effects): Promise<ObservedPod> {
  if (isWorkflow(object)) return cache.putWorkflow(await cluster.create('workflows', object))
  return cache.putPod(await cluster.create('pods', object))
}

async function adopt(object: AttemptObject, record: StoredRecord, effects: Effects): Promise<Start> {
  const name = object.metadata?.name ?? ''
  const found = await readAttempt(isWorkflow(object) ? 'workflows' : 'pods', name, record, effects)
  if (found === 'own') return { kind: 'started' }
  if (found === 'none') return { kind: 'wait', requeueAfterMs: 0 }
  const what = isWorkflow(object) ? 'workflow' : 'pod'
  effects.log.warn({ run: record.spec.runId, [what]: name }, `the name of the ${what} is held by another object; waiting until it is gone`)
  return { kind: 'wait', requeueAfterMs: WAIT_MS }
}

/** The definition of the resource was there when the runner started, and is gone. */
function withoutArgo({ message }: ClusterError): Start {
  return { kind: 'wait', requeueAfterMs: QUOTA_WAIT_MS, pending: { failureClass: 'ConfigError', message: `${NO_WORKFLOWS}: ${message}` } }
}

function startWithoutManifest(issues: readonly Issue[], nowMs: number): Start {
  if (issues.every(({ code }) => code === 'unknownFact')) {
    return { kind: 'wait', requeueAfterMs: WAIT_MS, pending: { failureClass: 'NeverStarted', message: formatIssues(issues) } }
  }
  return { kind: 'impossible', end: neverStarted('ConfigError', formatIssues(issues), nowMs) }
}

function startRefused(error: ClusterError, nowMs: number): Start {
  const { code, message } = error
  if (code === 'QuotaExceeded') return { kind: 'wait', requeueAfterMs: QUOTA_WAIT_MS, pending: { failureClass: 'Unschedulable', message } }
  // An API server that has just started refuses everybody; a Role may be mended. Neither is the run's fault.
  if (code === 'Forbidden') return { kind: 'wait', requeueAfterMs: WAIT_MS, pending: { failureClass: 'Rejected', message } }
  return { kind: 'impossible', end: neverStarted('Rejected', message, nowMs) }
}

/** Nobody has judged the pod, and it may be taken a moment later. */
function webhookIsDown({ message }: ClusterError): Start {
  return { kind: 'wait', requeueAfterMs: WEBHOOK_WAIT_MS, pending: { failureClass: 'Rejected', message } }
}

function neverStarted(failureClass: 'ConfigError' | 'Rejected', message: string, nowMs: number): RunEnd {
  return { state: 'failed', failureClass, message, startedAtMs: null, endedAtMs: nowMs, isAcknowledged: false }
}
