import { readFile } from 'node:fs/promises'
import { text as readAll } from 'node:stream/consumers'
import { parseEnv } from 'node:util'
import type { Issue } from '../../compiler/issue.ts'
import { parsePolicy, type Policy } from '../../compiler/policy.ts'
import { err, ok, type Result } from '../../compiler/result.ts'
import { lineIssues } from './env-file-lines.ts'
import type { Environment } from '../../compiler/environment.ts'
import type { PolicySource } from './policy-source.ts'
import { parseValuesFile } from './values-file.ts'
import { readCustomConfig } from '../read-custom-config.ts'

export interface PolicyOptions {
  readonly policyFile?: string
  readonly values?: readonly string[]
  readonly release: string
  readonly namespace: string
  readonly executor?: 'simpleK8s' | 'argo'
}

/** The values files where they are named, else the variables of the policy file alone, else the process's own. */
export async function readPolicySource(options: PolicyOptions): Promise<Result<PolicySource, Issue[]>> {
  if (options.values !== undefined) return readValues(options.values, options)
  const environment = await readEnvironment(options.policyFile)
  if (!environment.ok) return environment
  const { executor } = options
  return ok({ environment: executor === undefined ? environment.value : { ...environment.value, EXECUTOR_TYPE: executor }, warnings: [] })
}

/** The variables of the file alone, or the process's own when none is named. */
export async function readEnvironment(policyFile: string | undefined): Promise<Result<Environment, Issue[]>> {
  if (policyFile === undefined) return ok(process.env)
  const text = await readText(policyFile)
  if (!text.ok) return text
  const issues = lineIssues(text.value)
  return issues.length === 0 ? ok(parseEnv(text.value)) : err(issues)
}

/** The chart is loaded here and nowhere else: who asks for no values does without it. */
async function readValues(files: readonly string[], options: PolicyOptions): Promise<Result<PolicySource, Issue[]>> {
  const contents = await Promise.all(
    files.map(async (file) => {
      const text = await readText(file)
      return text.ok ? parseValuesFile(text.value) : text
    }),
  )
  const issues = contents.flatMap((content, index) =>
    content.ok ? [] : content.error.map((issue) => ({ ...issue, path: files.length > 1 ? (files[index] ?? '') : issue.path })),
  )
  if (issues.length > 0) return err(issues)
  const { policySourceFromValues } = await import('./policy-from-values.ts')
  return policySourceFromValues(
    contents.flatMap((content) => (content.ok ? [content.value] : [])),
    options,
  )
}

/** `-` is standard input. */
export async function readText(file: string): Promise<Result<string, Issue[]>> {
  try {
    return ok(file === '-' ? await readAll(process.stdin) : await readFile(file, 'utf8'))
  } catch (error) {
    return err([{ code: 'invalid', path: '', message: `cannot be read: ${error instanceof Error ? error.message : String(error)}` }])
  }
}

const onStderr = ({ path, message }: Issue): void => void process.stderr.write(`warning: ${path}: ${message}\n`)

/** The policy, its warnings told on stderr where nobody else takes them. */
export function policyFrom(source: PolicySource, given: Environment = {}, warn: (warning: Issue) => void = onStderr): Result<Policy, Issue[]> {
  const { asWritten = (issue: Issue): Issue => issue } = source
  const environment = { ...source.environment, ...given }
  const files = readCustomConfig(environment, source.readFile)
  const parsed = files.ok ? parsePolicy(environment, files.value) : files
  if (!parsed.ok) return err(parsed.error.map(asWritten))
  for (const warning of parsed.value.warnings.map(asWritten)) warn(warning)
  return ok(parsed.value.policy)
}
