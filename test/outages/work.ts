import type { ScheduledPipeline } from '../scenario/schedule-story.ts'
import { ONCE_A_YEAR } from '../scenario/schedule-story.ts'
import { askKill, askRun, askSchedule, askTestConnection, fireNow } from './ask.ts'
import { MAX_ACTIVE_RUNS, type OutageStage } from './outage-stage.ts'

/** Runs of every kind in every state, by what they are; ids of runs. */
export interface Work {
  readonly long: string
  readonly retried: string
  readonly failing: string
  readonly silent: string
  readonly killed: string
  readonly fired: string
  readonly queued: readonly string[]
  readonly quickTest: string
  readonly longTest: string
  readonly schedule: ScheduledPipeline
}

export interface WorkOptions {
  /** How long the long ones take: longer than until the outage. */
  readonly longSeconds: number
}

/** Starts it all, and gives it when the long ones run, the killed one is being killed, and others wait behind the limit. */
export async function startWork(stage: OutageStage, { longSeconds }: WorkOptions): Promise<Work> {
  const { collate } = stage.place
  const schedule = await askSchedule(stage, { schedule: ONCE_A_YEAR, simulate: { seconds: longSeconds } })
  const long = await askRun(stage, 'a long run', { seconds: longSeconds })
  const killed = await askRun(stage, 'a run that is killed', { seconds: 600 })
  const fired = await fireNow(stage, schedule, 'a run of the schedule')
  const retried = await askRun(stage, 'a long run that may be tried again', { seconds: longSeconds }, { retries: 1, retryDelay: 1 })
  const longTest = await askTestConnection(stage, 'a test connection that takes its time', { seconds: longSeconds })
  for (const runId of [long, killed, fired, retried]) await collate.waitForStatus({ runId, state: 'running' })
  const failing = await askRun(stage, 'a run that fails by itself', { seconds: 3, exitCode: 3 })
  const silent = await askRun(stage, 'a run that ends without a word', { seconds: 3, end: 'none' })
  const quickTest = await askTestConnection(stage, 'a test connection')
  const queued = []
  for (let number = 1; number <= MAX_ACTIVE_RUNS / 2; number += 1) queued.push(await askRun(stage, `waiting run ${number}`, { seconds: 1 }))
  await askKill(stage, killed)
  return { long, retried, failing, silent, killed, fired, queued, quickTest, longTest, schedule }
}
