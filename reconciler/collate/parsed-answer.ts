import { z } from 'zod'
import { CollateError } from './collate-api.ts'

/** The body of an answer as its schema makes it. What is not understood may be understood later, by a newer runner. */
export function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  throw new CollateError('Unavailable', `Collate's answer is not understood: ${z.prettifyError(result.error)}`)
}

/** A server that has no value may leave the field out or send null. */
export function maybe<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? undefined)
}
