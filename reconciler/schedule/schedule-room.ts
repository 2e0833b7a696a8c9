import { JobCache } from '../cache/job-cache.ts'
import type { ObservedJob } from '../observe/observed-job.ts'
import { InOrder } from '../queue/in-order.ts'
import type { RequestContext } from '../request/request-context.ts'
import { ScheduleCache } from './schedule-cache.ts'
import { ScheduleController, type ScheduleControllerOptions } from './schedule-controller.ts'
import type { ScheduleEffects } from './schedule-effects.ts'
import { ServerWords } from './server-words.ts'

/** All of the schedules' side, wired: caches that wake the controller, and what requests need of it. */
export interface ScheduleRoom {
  readonly controller: ScheduleController
  readonly jobs: JobCache
  readonly schedules: ScheduleCache
  readonly forRequests: RequestContext['schedules']
  /** To be called for every change of a run: a retired revision waits for the end of its last one, and ends those of a pipeline that is gone. */
  onRunChanged(key: string): void
}

export interface ScheduleRoomOptions extends Omit<ScheduleControllerOptions, 'effects' | 'inOrder'> {
  readonly effects: Omit<ScheduleEffects, 'schedules' | 'jobs'>
  /** The Job of this run came, changed or went. */
  readonly onJob: (runKey: string, job: ObservedJob) => void
}

export function scheduleRoom({ effects, onJob, random, sleep }: ScheduleRoomOptions): ScheduleRoom {
  const wake = (pipelineId: string): void => controller.wake(pipelineId)
  const schedules = new ScheduleCache({
    onChange: wake,
    onVanished: (revision) => controller.recover(revision),
    onUnreadable: (name, problem) => effects.log.error({ schedule: name, problem }, 'a schedule cannot be read and is left alone'),
  })
  const jobs = new JobCache({
    agentId: effects.policy.agentId,
    onChange: (runKey, job) => {
      wake(job.pipelineId)
      onJob(runKey, job)
    },
  })
  const inOrder = new InOrder()
  const controller: ScheduleController = new ScheduleController({ effects: { ...effects, schedules, jobs }, inOrder, random, sleep })
  return {
    controller,
    jobs,
    schedules,
    forRequests: { cache: schedules, wake, inOrder, words: new ServerWords() },
    onRunChanged: (key) => {
      const pipelineId = effects.cache.run(key).record?.spec.pipeline.id
      if (pipelineId !== undefined && hasSeveralOrRetired(schedules, pipelineId)) wake(pipelineId)
    },
  }
}

function hasSeveralOrRetired(schedules: ScheduleCache, pipelineId: string): boolean {
  const revisions = schedules.revisions(pipelineId)
  return revisions.length > 1 || revisions.some(({ status }) => status.phase === 'Retired')
}
