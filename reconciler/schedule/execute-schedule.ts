import type { StoredRecord } from '../../compiler/record.ts'
import { scheduleStatusData } from '../../compiler/schedule/schedule-config-map.ts'
import type { ScheduleStatus, StoredSchedule } from '../../compiler/schedule/schedule-record.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import { applyCron } from './apply-cron.ts'
import { endRunsOf } from './end-runs.ts'
import type { ObservedCron } from './observed-cron.ts'
import type { ScheduleAction } from './plan-schedule.ts'
import type { ScheduleEffects } from './schedule-effects.ts'

/** Actions that act. The other is a question, answered while observing. */
export type ScheduleDeed = Exclude<ScheduleAction, { readonly kind: 'askPayload' }>

/** Does one action of a plan. Throws what the cluster throws. */
export async function executeSchedule(deed: ScheduleDeed, effects: ScheduleEffects): Promise<void> {
  const { cluster, schedules, log } = effects
  switch (deed.kind) {
    case 'applyCron':
      schedules.putCron(await applyCron(cluster, deed.wanted, deed.cron))
      log.info({ cron: deed.wanted.object.metadata?.name, isNew: deed.cron === undefined }, 'schedule applied')
      return
    case 'suspendCron':
      return suspendCron(deed.cron, effects)
    case 'deleteCron':
      log.info({ cron: deed.cron.name }, 'schedule taken off')
      await cluster.delete(deed.cron.kind, deed.cron.name, { uid: deed.cron.uid })
      schedules.dropCron(deed.cron.kind, deed.cron.uid)
      return
    case 'retire':
      await patchSchedule(deed.revision, { ...deed.revision.status, phase: 'Retired', retired: { atMs: effects.now(), why: 'replaced' } }, effects)
      return
    case 'deleteRevision':
      return deleteRevision(deed.revision, deed.why, effects)
    case 'endRuns':
      return endRunsOf(deed.revision.spec.pipeline.id, endReason(deed.revision), effects, (run) => wasThere(run, deed.revision))
    case 'complain':
      log.error(
        { schedule: deed.revision.name, pipeline: deed.revision.spec.pipeline.fullyQualifiedName, problem: deed.problem },
        'a schedule cannot be applied',
      )
  }
}

/** What is gone fires no more. */
async function suspendCron({ kind, name, uid }: ObservedCron, { cluster, schedules }: ScheduleEffects): Promise<void> {
  try {
    schedules.putCron(await cluster.mergePatch(kind, name, { spec: { suspend: true } }))
  } catch (error) {
    if (!isClusterError(error, 'NotFound')) throw error
    schedules.dropCron(kind, uid)
  }
}

/** Changes the status of a revision that is as it was seen. */
export async function patchSchedule(
  revision: StoredSchedule,
  status: ScheduleStatus,
  { cluster, schedules }: Pick<ScheduleEffects, 'cluster' | 'schedules'>,
): Promise<void> {
  const data = scheduleStatusData(status)
  schedules.putRevision(await cluster.mergePatch('configmaps', revision.name, { metadata: { resourceVersion: revision.resourceVersion }, data }))
}

async function deleteRevision(revision: StoredSchedule, why: string, { cluster, schedules, payloads, log }: ScheduleEffects): Promise<void> {
  log.info({ schedule: revision.name, why }, 'deleting a revision of a schedule')
  schedules.expectGone(revision.uid)
  await cluster.delete('configmaps', revision.name, { uid: revision.uid })
  payloads.forget(revision.spec.payload.secretName)
  schedules.dropRevision(revision.name, revision.uid)
}

/** What a schedule started may be seen late; what somebody asked for afterwards is wanted. */
function wasThere({ spec }: StoredRecord, { status }: StoredSchedule): boolean {
  return spec.startedBy !== undefined || spec.acceptedAtMs <= (status.retired?.atMs ?? -Infinity)
}

function endReason({ status }: StoredSchedule): string {
  return status.retired?.why === 'moved' ? 'stopped because its service is no longer served by this runner' : 'stopped because its pipeline was deleted'
}
