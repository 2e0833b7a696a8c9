import type { z } from 'zod'

/** What a REST call is answered with, before it becomes bytes. */
export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export const answer = (status: number, body: unknown): Answer => ({ status, body })

/** The shape of OpenMetadata's error answers. */
export const errorAnswer = (status: number, message: string): Answer => ({ status, body: { code: status, message } })

/** 400 with all that is wrong, one `path: message` each. */
export const schemaRefusal = (error: z.ZodError): Answer => errorAnswer(400, describeIssues(error))

export function describeIssues(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; ')
}
