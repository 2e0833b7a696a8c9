import { formatIssues, type Issue } from '../../compiler/issue.ts'
import type { Policy } from '../../compiler/policy.ts'
import { ok, type Result } from '../../compiler/result.ts'
import { type Environment, policyFromEnvironment, readEnvironment, readText } from './policy-source.ts'
import { compileOffline, type OfflineRequest, parseOfflineRequest, runnerOf } from './offline-run.ts'

export interface RequestOptions {
  readonly policyFile?: string
  readonly serverVersion?: string
  readonly executor?: 'simpleK8s' | 'argo'
}

/** A request and what it becomes. */
export interface CompiledFile {
  readonly file: string
  readonly objects: readonly object[]
  /** The same with the record as the cluster has it. */
  readonly beside: (liveRecord: object) => Result<readonly object[], Issue[]>
}

/** Tells all issues of all files on stderr, and gives undefined when there was one. */
export async function compileFiles(files: readonly string[], options: RequestOptions): Promise<readonly CompiledFile[] | undefined> {
  const environment = await readEnvironment(options.policyFile)
  if (!environment.ok) {
    complain(options.policyFile ?? '', environment.error)
    return undefined
  }
  const results = await Promise.all(files.map(async (file) => ({ file, result: await compileFile(file, environment.value, options) })))
  for (const { file, result } of results) {
    if (!result.ok) complain(file, result.error)
    else if (result.value.objects.length === 0) process.stderr.write(`${file}: the pipeline has no schedule, so that its deploy makes no object\n`)
  }
  const compiled = results.flatMap(({ result }) => (result.ok ? [result.value] : []))
  return compiled.length < results.length ? undefined : compiled
}

function complain(file: string, issues: readonly Issue[]): void {
  process.stderr.write(`${file}:\n${formatIssues(issues).replaceAll(/^/gm, '  ')}\n`)
}

async function compileFile(file: string, environment: Environment, options: RequestOptions): Promise<Result<CompiledFile, Issue[]>> {
  const text = await readText(file)
  if (!text.ok) return text
  const request = parseOfflineRequest(text.value)
  if (!request.ok) return request
  const policy = policyFor(request.value, environment, options)
  if (!policy.ok) return policy
  const facts = { nowMs: Date.now(), ...(options.serverVersion === undefined ? {} : { serverVersion: options.serverVersion }) }
  const beside = (live?: object): Result<readonly object[], Issue[]> => compileOffline(request.value, policy.value, facts, live)
  const objects = beside()
  return objects.ok ? ok({ file, objects: objects.value, beside }) : objects
}

function policyFor(request: OfflineRequest, environment: Environment, { executor }: Pick<RequestOptions, 'executor'>): Result<Policy, Issue[]> {
  const given = { ...environment, AGENT_ID: environment['AGENT_ID'] ?? runnerOf(request), ...(executor === undefined ? {} : { EXECUTOR_TYPE: executor }) }
  return policyFromEnvironment(given)
}
