import { z } from 'zod'
import type { Rule } from '../kubernetes-names.ts'
import type { GuardProblem } from '../merge/merge-guard.ts'
import { issuesFromZod } from '../zod-issues.ts'

/** What a schema has against a value, in our words. */
export function shaped(schema: z.ZodType, value: unknown, path: readonly PropertyKey[]): GuardProblem[] {
  const parsed = schema.safeParse(value)
  if (parsed.success) return []
  return parsed.error.issues.flatMap((issue) =>
    issuesFromZod(new z.ZodError([issue]), value).map(({ message }) => ({ path: [...path, ...issue.path], message })),
  )
}

/** What a rule has against a text that is given. */
export function ruled(text: string | undefined, path: readonly PropertyKey[], rule: Rule): GuardProblem[] {
  const message = text === undefined ? undefined : rule(text)
  return message === undefined ? [] : [{ path, message }]
}

export function oneOf(values: readonly string[]): Rule {
  return (text) => (values.includes(text) ? undefined : `must be one of ${values.join(', ')}`)
}

/** Puts a path before that of a problem. */
export function under(path: readonly PropertyKey[]): (problem: GuardProblem) => GuardProblem {
  return (problem) => ({ ...problem, path: [...path, ...problem.path] })
}
