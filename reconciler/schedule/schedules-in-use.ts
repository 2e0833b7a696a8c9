import type { StoredSchedule } from '../../compiler/schedule/schedule-record.ts'
import { isFinished } from '../cache/finished-record.ts'
import type { ScheduleEffects } from './schedule-effects.ts'

/**
 * Names of the revisions that something still needs: a Job whose end is not on the record of its run, or a run that reads the
 * revision's payload and has not ended.
 *
 * Only a pipeline with several revisions, or without a schedule, needs to know, and one that is asked for.
 */
export function schedulesInUse(revisions: readonly StoredSchedule[], { jobs, cache }: Pick<ScheduleEffects, 'jobs' | 'cache'>, isAsked: boolean): Set<string> {
  const inUse = new Set<string>()
  if (!isAsked && revisions.length < 2 && revisions.every(({ status }) => status.phase === 'Active')) return inUse
  for (const { name } of revisions) {
    const isNeeded = (key: string): boolean => cache.run(key).record?.status.phase !== 'Ended'
    if (jobs.runsOfSchedule(name).some(isNeeded)) inUse.add(name)
  }
  const namesOfPayloads = new Map(revisions.map(({ name, spec }) => [spec.payload.secretName, name]))
  for (const key of cache.keys()) {
    const { record } = cache.run(key)
    const name = record === undefined || isFinished(record) ? undefined : namesOfPayloads.get(record.spec.payload.secretName)
    if (name !== undefined && record?.status.phase === 'Queued') inUse.add(name)
  }
  return inUse
}
