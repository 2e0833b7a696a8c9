import type { z } from 'zod'
import { ISSUE_CODES } from './issue.ts'
import type { Issue, IssueCode } from './issue.ts'

/**
 * What zod found, in our words: the rule and the shape that was found, never the value.
 *
 * @param input what was judged, if at hand: tells a missing field from a wrong one also where zod does not say which
 * @param root the name in front of every path, such as an environment variable
 */
export function issuesFromZod(error: z.core.$ZodError, input?: unknown, root = ''): Issue[] {
  return error.issues.flatMap((issue) => issuesFrom(issue, input, root))
}

function issuesFrom(issue: z.core.$ZodIssue, input: unknown, root: string): Issue[] {
  const path = joinPath(root, issue.path)
  const found = input === undefined ? undefined : kindOf(valueAt(input, issue.path))
  if (isMissing(issue, found)) {
    return [{ code: 'missing', path, message: `is missing${issue.code === 'invalid_type' ? `; give ${nameOf(issue.expected)}` : ''}` }]
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ code: 'unknownKey', path: joinPath(root, [...issue.path, key]), message: issue.message }))
  }
  if (issue.code === 'invalid_type') {
    return [{ code: 'invalid', path, message: `must be ${nameOf(issue.expected)}${found === undefined ? '' : `, not ${found}`}` }]
  }
  if (issue.code === 'custom') return [{ code: codeFrom(issue.params), path, message: issue.message }]
  return [{ code: 'invalid', path, message: issue.message }]
}

function isMissing(issue: z.core.$ZodIssue, found: string | undefined): boolean {
  if (issue.code === 'custom') return false
  if (found !== undefined) return found === MISSING
  return issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
}

function codeFrom(params: Readonly<Record<string, unknown>> | undefined): IssueCode {
  return ISSUE_CODES.find((code) => code === params?.['code']) ?? 'invalid'
}

/** `a.b[0].c`; a key that is no plain word is quoted: `a["b c"]`. */
export function joinPath(root: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((joined, key) => {
    if (typeof key === 'number') return `${joined}[${key}]`
    const text = String(key)
    if (!/^[\w$-]+$/.test(text)) return `${joined}[${JSON.stringify(text)}]`
    return joined === '' ? text : `${joined}.${text}`
  }, root)
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined), input)
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

function nameOf(expected: string): string {
  return NAMES[expected] ?? expected
}

const MISSING = 'nothing'

function kindOf(value: unknown): string {
  if (value === undefined) return MISSING
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return NAMES[typeof value] ?? typeof value
}
