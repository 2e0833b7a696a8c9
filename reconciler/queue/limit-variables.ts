import { z } from 'zod'
import { jsonOf } from '../../compiler/json-text.ts'
import { variable } from '../../compiler/policy/variable.ts'
import type { Limits } from './limits.ts'

const runs = (least: number) => {
  const rule = `must be a whole number of runs, ${least} or more`
  return z.number({ error: rule }).int(rule).min(least, rule)
}

/** The variables of the environment that limit how many runs are active. */
export const limitVariables = {
  MAX_ACTIVE_RUNS: variable(
    z.coerce.number({ error: 'must be a whole number of runs, 1 or more' }).pipe(runs(1)).default(100),
    'Runs that hold a pod at once; the others wait in the order of their acceptance. Scheduled runs count, but are never held back.',
  ),
  MAX_ACTIVE_RUNS_BY_TYPE: variable(
    jsonOf(z.record(z.string(), runs(1), 'must be an object of pipeline types, such as {"profiler": 5}')).optional(),
    'JSON by pipeline type: how many of `MAX_ACTIVE_RUNS` runs of one type may take, such as `{"profiler": 5, "default": 20}`; `default` holds for each type that has no entry.',
    { fallback: 'none' },
  ),
  AUTOMATION_SLOTS: variable(
    z.coerce.number({ error: 'must be a whole number of runs, 0 or more' }).pipe(runs(0)).default(5),
    'Slots beside `MAX_ACTIVE_RUNS` that only test connections and other automations take, so that a full runner still answers them.',
  ),
} as const

export function limitsFrom(read: z.output<z.ZodObject<typeof limitVariables>>): Limits {
  return { maxActiveRuns: read.MAX_ACTIVE_RUNS, maxActiveRunsByType: read.MAX_ACTIVE_RUNS_BY_TYPE ?? {}, automationSlots: read.AUTOMATION_SLOTS }
}

/** The limits as a runner writes them down for those who look at its queue. */
export const publishedLimits = jsonOf(
  z.object({ maxActiveRuns: z.number(), maxActiveRunsByType: z.record(z.string(), z.number()), automationSlots: z.number() }),
)
