import { z } from 'zod'
import { judgeSchedule } from '../cron/cron.ts'
import { judgeTimeZone } from '../cron/cron-time-zone.ts'
import type { Result } from '../result.ts'

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

/** A date as OpenMetadata writes it, ISO 8601, or as epoch milliseconds. */
const date = z
  .union([z.string(), z.number()], 'must be a date such as 2026-01-31T00:00:00Z')
  .transform((value, context): number => {
    const epochMs = typeof value === 'number' ? value : Date.parse(value)
    if (!Number.isFinite(epochMs)) context.addIssue({ code: 'custom', message: 'must be a date such as 2026-01-31T00:00:00Z' })
    return epochMs
  })
  .nullish()

/** What `pipeline/deploy` says of the schedule; what it says of the runs is judged as for `pipeline/run`. */
export const scheduleRequestSchema = z.looseObject({
  ingestionPipeline: z.looseObject({
    airflowConfig: z
      .looseObject({
        scheduleInterval: judgedText(judgeSchedule),
        pipelineTimezone: judgedText(judgeTimeZone),
        startDate: date,
        endDate: date,
        pausePipeline: z.boolean().nullish(),
      })
      .nullish(),
    enabled: z.boolean().nullish(),
    updatedAt: z.number().int('must be epoch milliseconds').nullish(),
  }),
})

export type ScheduleRequest = z.infer<typeof scheduleRequestSchema>
