import { z } from 'zod'
import { answer, errorAnswer, schemaRefusal } from './answer.ts'
import type { Answer } from './answer.ts'
import { jsonOf } from './rest-call.ts'

const progressUpdate = z.looseObject({
  runId: z.string(),
  timestamp: z.number().int(),
  updateType: z.enum(['DISCOVERY', 'PROCESSING', 'STEP_COMPLETE', 'PIPELINE_COMPLETE', 'ERROR']),
  stepName: z.string().nullish(),
  currentEntity: z.string().nullish(),
  message: z.string().nullish(),
})

const operationMetrics = z.looseObject({
  runId: z.string(),
  stepName: z.string(),
  metrics: z.array(z.looseObject({ category: z.string(), operation: z.string(), timestamp: z.number().int() })),
})

const SCHEMAS = { progress: progressUpdate, metrics: operationMetrics } as const

type ProgressKind = keyof typeof SCHEMAS

/** Judges a progress update or a batch of metrics of a pod. Both are accepted and not kept. */
export function judgeProgress(kind: ProgressKind, body: Buffer): Answer {
  const json = jsonOf(body)
  if (json === undefined) return errorAnswer(400, 'body: is not JSON')
  const parsed = SCHEMAS[kind].safeParse(json.value)
  return parsed.success ? answer(200, { message: 'accepted' }) : schemaRefusal(parsed.error)
}
