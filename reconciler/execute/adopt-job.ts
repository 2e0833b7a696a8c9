import { recordConfigMap } from '../../compiler/record-config-map.ts'
import { runOfSchedule } from '../../compiler/schedule/run-of-schedule.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import type { ObservedJob } from '../observe/observed-job.ts'
import type { Outcome } from '../queue/work-queue.ts'
import { deleteWorkflow } from './delete-workflow.ts'
import type { Effects } from './effects.ts'

/** Its record may be on its way. */
const UNKNOWN_SCHEDULE_MS = 30_000

/**
 * Gives the run of a schedule's Job its record, from the revision that started it. From there on it is a run like any other.
 *
 * A Job whose revision is not known, or cannot be read, is left alone.
 */
export async function adoptJob(job: ObservedJob, effects: Effects): Promise<Outcome> {
  const { cluster, cache, schedules, log } = effects
  const schedule = schedules.revision(job.scheduleName)
  if (schedule === undefined) {
    log.warn({ job: job.name, schedule: job.scheduleName }, 'a Job of a schedule that is not known is left alone')
    return { requeueAfterMs: UNKNOWN_SCHEDULE_MS }
  }
  const record = runOfSchedule(schedule, { kind: job.resource === 'jobs' ? 'Job' : 'Workflow', name: job.name, uid: job.uid }, job.createdAtMs)
  try {
    cache.putRecord(await cluster.create('configmaps', recordConfigMap(record)))
    log.info({ run: job.uid, pipeline: schedule.spec.pipeline.fullyQualifiedName, job: job.name }, 'run started by schedule')
  } catch (error) {
    if (!isClusterError(error, 'AlreadyExists')) throw error
    const live = await cluster.read('configmaps', record.name)
    if (live !== undefined) cache.putRecord(live)
  }
  return {}
}

/** Deletes a Job, or the Workflow of a CronWorkflow, and, by garbage collection, its pods. */
export async function deleteJob(job: ObservedJob, why: string, { cluster, jobs, log }: Effects): Promise<void> {
  log.info({ run: job.uid, job: job.name, why }, `deleting the ${job.resource === 'jobs' ? 'Job' : 'Workflow'}`)
  if (job.resource === 'workflows') await deleteWorkflow(job, { cluster })
  else await cluster.delete(job.resource, job.name, { uid: job.uid })
  jobs.markDeleted(job)
}
