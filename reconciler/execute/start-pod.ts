import type { V1Pod } from '@kubernetes/client-node'
import { compile } from '../../compiler/compile.ts'
import { formatIssues, type Issue } from '../../compiler/issue.ts'
import type { Manifest } from '../../compiler/manifest.ts'
import type { RunEnd, StoredRecord } from '../../compiler/record.ts'
import type { Wire } from '../cluster/cluster.ts'
import { type ClusterError, isClusterError } from '../cluster/cluster-error.ts'
import { observePod } from '../observe/observed-pod.ts'
import type { PendingReason } from '../observe/pending.ts'
import type { Effects } from './effects.ts'

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

/** Compiles the record and creates its pod. A pod of this record that is there already is adopted: it is the one start there is. */
export async function startPod(record: StoredRecord, effects: Effects): Promise<Start> {
  const compiled = compile(record, effects.policy, effects.facts())
  if (!compiled.ok) return startWithoutManifest(compiled.error, effects.now())
  const pod = compiled.value.objects.find(isPod)
  if (pod === undefined)
    return { kind: 'impossible', end: neverStarted('ConfigError', 'EXECUTOR_TYPE: the agent runs pods only; set it to simpleK8s', effects.now()) }
  try {
    const { name } = effects.cache.putPod(await effects.cluster.create('pods', pod))
    effects.onStart()
    effects.log.info({ run: record.spec.runId, pipeline: record.spec.pipeline.fullyQualifiedName, pod: name }, 'pod started')
    return { kind: 'started' }
  } catch (error) {
    if (isClusterError(error, 'AlreadyExists')) return adopt(pod, record, effects)
    if (isClusterError(error, 'Invalid', 'Rejected', 'QuotaExceeded', 'Forbidden')) return startRefused(error, effects.now())
    if (isClusterError(error, 'Unavailable') && error.message.includes('failed calling webhook')) return webhookIsDown(error)
    throw error
  }
}

function isPod(object: Manifest['objects'][number]): object is V1Pod {
  return object.kind === 'Pod'
}

async function adopt(pod: Wire<'pods'>, record: StoredRecord, { cluster, cache, log }: Effects): Promise<Start> {
  const name = pod.metadata?.name ?? ''
  const live = await cluster.read('pods', name)
  if (live === undefined) return { kind: 'wait', requeueAfterMs: 0 }
  if (observePod(live).ownerUid === record.uid) {
    cache.putPod(live)
    return { kind: 'started' }
  }
  log.warn({ run: record.spec.runId, pod: name }, 'the name of the pod is held by another object; waiting until it is gone')
  return { kind: 'wait', requeueAfterMs: WAIT_MS }
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

/** The API server's own words come as an internal error: nobody has judged the pod, and it may be taken a moment later. */
function webhookIsDown({ message }: ClusterError): Start {
  return { kind: 'wait', requeueAfterMs: WEBHOOK_WAIT_MS, pending: { failureClass: 'Rejected', message } }
}

function neverStarted(failureClass: 'ConfigError' | 'Rejected', message: string, nowMs: number): RunEnd {
  return { state: 'failed', failureClass, message, startedAtMs: null, endedAtMs: nowMs, isAcknowledged: false }
}
