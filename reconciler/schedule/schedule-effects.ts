import type { Effects } from '../execute/effects.ts'
import type { JobCache } from '../cache/job-cache.ts'
import type { ScheduleCache } from './schedule-cache.ts'

/** All that the schedules' side may touch. */
export interface ScheduleEffects extends Pick<Effects, 'cluster' | 'cache' | 'payloads' | 'policy' | 'facts' | 'log' | 'now' | 'wantSync'> {
  readonly schedules: ScheduleCache
  readonly jobs: JobCache
}
