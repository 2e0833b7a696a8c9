import { readFile } from 'node:fs/promises'
import { text as readAll } from 'node:stream/consumers'
import { parseEnv } from 'node:util'
import type { Issue } from '../../compiler/issue.ts'
import { parsePolicy, type Policy } from '../../compiler/policy.ts'
import { err, ok, type Result } from '../../compiler/result.ts'
import { lineIssues } from './env-file-lines.ts'
import { readCustomConfig } from '../read-custom-config.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** The variables of the file alone, or the process's own when none is named. */
export async function readEnvironment(policyFile: string | undefined): Promise<Result<Environment, Issue[]>> {
  if (policyFile === undefined) return ok(process.env)
  const text = await readText(policyFile)
  if (!text.ok) return text
  const issues = lineIssues(text.value)
  return issues.length === 0 ? ok(parseEnv(text.value)) : err(issues)
}

/** `-` is standard input. */
export async function readText(file: string): Promise<Result<string, Issue[]>> {
  try {
    return ok(file === '-' ? await readAll(process.stdin) : await readFile(file, 'utf8'))
  } catch (error) {
    return err([{ code: 'invalid', path: '', message: `cannot be read: ${error instanceof Error ? error.message : String(error)}` }])
  }
}

/** The policy, its warnings told on stderr. */
export function policyFromEnvironment(environment: Environment): Result<Policy, Issue[]> {
  const files = readCustomConfig(environment)
  if (!files.ok) return files
  const parsed = parsePolicy(environment, files.value)
  if (!parsed.ok) return parsed
  for (const { path, message } of parsed.value.warnings) process.stderr.write(`warning: ${path}: ${message}\n`)
  return ok(parsed.value.policy)
}
