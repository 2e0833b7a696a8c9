import type { AdmitFacts } from './admit.ts'
import { cronWorkflowForSchedule } from './argo/cron-workflow.ts'
import { resolveImage } from './image-reference.ts'
import type { Issue } from './issue.ts'
import type { ScheduleManifest } from './manifest.ts'
import type { Policy } from './policy.ts'
import { ok } from './result.ts'
import type { Result } from './result.ts'
import { cronJobForSchedule } from './schedule/cron-job.ts'
import { firingAt } from './schedule/firing.ts'
import type { StoredSchedule } from './schedule/schedule-record.ts'

export interface ScheduleFacts extends AdmitFacts {
  /** Epoch milliseconds at which the CronJob or CronWorkflow that is there was made; absent when there is none. */
  readonly madeAtMs?: number
}

/**
 * Turns a stored schedule into its CronJob or CronWorkflow, as it is to be at that time.
 *
 * Pure: same arguments, same bytes, and another time changes nothing before `changesAtMs`. A fact that is needed and not known is
 * an issue with code `unknownFact`.
 */
export function compileSchedule(schedule: StoredSchedule, policy: Policy, facts: ScheduleFacts): Result<ScheduleManifest, Issue[]> {
  const image = resolveImage(policy, facts)
  if (!image.ok) return image
  const firing = firingAt(schedule, facts.nowMs, facts.madeAtMs ?? null)
  const object =
    policy.executor === 'argo' ? cronWorkflowForSchedule(schedule, firing, policy, image.value) : cronJobForSchedule(schedule, firing, policy, image.value)
  return object.ok ? ok({ objects: [object.value], changesAtMs: firing.changesAtMs }) : object
}
