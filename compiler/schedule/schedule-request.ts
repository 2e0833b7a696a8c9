import { z } from 'zod'
import { judgeSchedule } from '../cron/cron.ts'
import { judgeTimeZone } from '../cron/cron-time-zone.ts'
import type { Result } from '../result.ts'
import { runRequestSchema } from '../request/run-request.ts'
import { epochMsOf } from './instant.ts'

/** Text that a judge takes; blanks round it are dropped, and text of nothing else is none. */
function judgedText(judge: (text: string) => Result<unknown, string>) {
  return z
    .string()
    .transform((text, context): string | null => {
      const trimmed = text.trim()
      if (trimmed === '') return null
      const judged = judge(trimmed)
      if (!judged.ok) context.addIssue({ code: 'custom', message: judged.error })
      return trimmed
    })
    .nullish()
}

const DATE_RULE = 'must be a date such as 2026-01-31T00:00:00Z (ISO 8601, UTC without an offset), or whole epoch milliseconds'

/** A date as OpenMetadata writes it, ISO 8601, or as epoch milliseconds. Without an offset it is UTC. */
const date = z
  .union([z.string(), z.number()], DATE_RULE)
  .transform((value, context): number => {
    const epochMs = epochMsOf(value)
    if (epochMs !== undefined) return epochMs
    context.addIssue({ code: 'custom', message: DATE_RULE })
    return z.NEVER
  })
  .nullish()

/** A schedule that ends before it begins would never fire, and nobody would be told. */
function refuseEndBeforeStart(
  times: { readonly startDate?: number | null | undefined; readonly endDate?: number | null | undefined },
  context: z.RefinementCtx,
): void {
  const { startDate, endDate } = times
  if (typeof startDate !== 'number' || typeof endDate !== 'number' || endDate > startDate) return
  context.addIssue({ code: 'custom', path: ['endDate'], message: 'must be after startDate: with this endDate the schedule would never fire; change either' })
}

/** What `pipeline/deploy` says of the schedule; what it says of the runs is judged as for `pipeline/run`. */
export const scheduleRequestSchema = z.looseObject({
  ingestionPipeline: z.looseObject({
    airflowConfig: z
      .looseObject({
        scheduleInterval: judgedText(judgeSchedule).describe('Cron expression: five fields, or a name such as `@daily`. Absent or empty: none.'),
        pipelineTimezone: judgedText(judgeTimeZone).describe('Name of the IANA database; `UTC` by default.'),
        startDate: date.describe('Nothing fires before it: ISO 8601 (UTC without an offset) or epoch milliseconds.'),
        endDate: date.describe('Nothing fires from it on.'),
        pausePipeline: z.boolean().nullish().describe('Whether the schedule is paused.'),
      })
      .superRefine(refuseEndBeforeStart)
      .nullish()
      .describe('When the pipeline runs.'),
    enabled: z.boolean().nullish().describe('Whether the schedule fires; `true` by default.'),
    updatedAt: z.number().int('must be epoch milliseconds').nullish().describe('Epoch milliseconds of the change that is deployed.'),
  }),
})

/** Params of `pipeline/deploy`: a `pipeline/run` that names no run, with a schedule. */
export const deployParams = z.intersection(runRequestSchema.omit({ runId: true, notAfter: true, configOverride: true }), scheduleRequestSchema)

export type ScheduleRequest = z.infer<typeof scheduleRequestSchema>
