import { recordStatusData } from '../../compiler/record-config-map.ts'
import type { Kill, StoredRecord } from '../../compiler/record.ts'
import { failedRun } from '../failures/failed-run.ts'
import { failureCause, remedyFor } from '../failures/failure-table.ts'
import { isNews, newsOf } from '../failures/pending-news.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'
import type { PendingReason } from '../observe/pending-reason.ts'
import type { Action, Question } from '../plan/action.ts'
import type { Outcome } from '../queue/work-queue.ts'
import { adoptJob, deleteJob } from './adopt-job.ts'
import { deleteWorkflow } from './delete-workflow.ts'
import type { Effects } from './effects.ts'
import { endRun } from './end-run.ts'
import { deleteRecord, releasePod, releaseRecord } from './release.ts'
import { retryRun } from './retry-run.ts'
import { reportOrphan, settleEnd, subjectOf } from './settle-end.ts'
import { startPod } from './start-pod.ts'

/** Actions that act. The others are questions, answered while observing. */
export type Deed = Exclude<Action, Question>

const TELL_PENDING_RETRY_MS = 5_000

/** Does one action of a plan. Throws what the cluster throws; the caller stops at the first failure and tries the key again. */
export async function execute(deed: Deed, effects: Effects): Promise<Outcome> {
  switch (deed.kind) {
    case 'createPod':
      return createPod(deed.record, effects)
    case 'adoptJob':
      return adoptJob(deed.job, effects)
    case 'deleteJob':
      await deleteJob(deed.job, deed.why, effects)
      return {}
    case 'deletePod':
      await deleteAttempt(deed.pod, deed.why, effects)
      return {}
    case 'reportPending':
      return tellPending(deed.record, deed.pending, effects)
    case 'giveUp':
      await giveUp(deed.record, deed.kill, effects)
      return {}
    case 'warnStuck':
      warnStuck(deed.record, deed.pod, effects)
      return {}
    case 'retry':
      return retryRun(deed, effects)
    case 'end':
      await endRun(deed.record, deed.end, deed.pod, effects)
      return {}
    case 'acknowledge':
      await settleEnd(deed.record, deed.end, deed.pod, effects)
      return {}
    case 'reportOrphan':
      await reportOrphan(deed.pod, deed.end, effects)
      return {}
    case 'releasePod':
      await releasePod(deed.pod, effects)
      return {}
    case 'releaseRecord':
      await releaseRecord(deed.record, effects)
      return {}
    case 'deleteRecord':
      await deleteRecord(deed.record, effects)
      return {}
  }
}

async function createPod(record: StoredRecord, effects: Effects): Promise<Outcome> {
  const start = await startPod(record, effects)
  switch (start.kind) {
    case 'started':
      effects.refusals.forget(record.name)
      return {}
    case 'impossible':
      await endRun(record, start.end, undefined, effects)
      return {}
    case 'wait':
      if (start.pending === undefined) return { requeueAfterMs: start.requeueAfterMs }
      effects.refusals.note(record.name, start.pending, effects.now())
      await tellPending(record, start.pending, effects)
      return { requeueAfterMs: start.requeueAfterMs }
  }
}

async function deleteAttempt({ resource, name, uid, runId }: ObservedPod, why: string, { cluster, log }: Effects): Promise<void> {
  log.info({ run: runId, [resource === 'pods' ? 'pod' : 'workflow']: name, why }, `deleting the ${resource === 'pods' ? 'pod' : 'Workflow'}`)
  if (resource === 'workflows') await deleteWorkflow({ name, uid }, { cluster })
  else await cluster.delete(resource, name, { uid })
}

async function giveUp(record: StoredRecord, kill: Kill, effects: Effects): Promise<void> {
  const { cluster, cache, log } = effects
  const patch = { metadata: { resourceVersion: record.resourceVersion }, data: recordStatusData({ ...record.status, kill }) }
  cache.putRecord(await cluster.mergePatch('configmaps', record.name, patch))
  log.warn({ run: record.spec.runId, failureClass: kill.failureClass, reason: kill.reason }, 'run given up')
  if (record.spec.startedBy !== undefined && kill.failureClass === 'ConfigError' && failureCause(kill.failureClass, kill.reason) === 'payload') {
    // Asked for anew by the sync: the kubelet may have looked before it was there.
    effects.payloads.forget(record.spec.payload.secretName)
    effects.wantSync()
  }
}

/** Once for each pod. */
function warnStuck(record: StoredRecord, { name, nodeName, deletionRequestedAtMs }: ObservedPod, { log, toldPending }: Effects): void {
  const trouble = `node ${nodeName} does not say that pod ${name} has ended`
  if (toldPending.get(record.name) === trouble) return
  toldPending.set(record.name, trouble)
  const remedy = `Nothing is told of the run, and its pod is not removed by force, as long as it may still run. It ends when the node answers again, or is deleted, or, when it is surely off: kubectl taint nodes ${nodeName} node.kubernetes.io/out-of-service=nodeshutdown:NoExecute`
  log.warn({ run: record.spec.runId, pod: name, node: nodeName, deletedAt: new Date(deletionRequestedAtMs ?? 0).toISOString(), remedy }, trouble)
}

/** Tells each reason once, with what to do about it; a reason that could not be told is tried again. */
async function tellPending(record: StoredRecord, pending: PendingReason, effects: Effects): Promise<Outcome> {
  if (!isNews(pending, effects.toldPending.get(record.name))) return {}
  const { failureClass, message } = pending
  const remedy = remedyFor(failureClass, message, failedRun(record.spec, effects.policy))
  const isTold = await effects.reporter.tellPending(subjectOf(record), { ...pending, remedy })
  if (!isTold) return { requeueAfterMs: TELL_PENDING_RETRY_MS }
  effects.toldPending.set(record.name, newsOf(pending))
  const cause = failureCause(failureClass, message)
  effects.onPending(failureClass, cause)
  effects.log.warn({ run: record.spec.runId, failureClass, cause, reason: message, remedy }, 'run waits')
  return {}
}
