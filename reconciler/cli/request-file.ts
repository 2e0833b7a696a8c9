import { formatIssues, type Issue } from '../../compiler/issue.ts'
import type { Policy } from '../../compiler/policy.ts'
import { err, ok, type Result } from '../../compiler/result.ts'
import type { PolicySource } from './policy-source.ts'
import { policyFrom, type PolicyOptions, readPolicySource, readText } from './read-policy.ts'
import { compileOffline, type OfflineRequest, parseOfflineRequest, runnerOf } from './offline-run.ts'

export interface RequestOptions extends PolicyOptions {
  readonly serverVersion?: string
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
  const source = await readPolicySource(options)
  if (!source.ok) {
    complain(policyFileOf(options) ?? '', source.error)
    return undefined
  }
  for (const text of source.value.warnings) process.stderr.write(`warning: ${text}\n`)
  const results = await Promise.all(files.map(async (file) => ({ file, result: await compileFile(file, source.value, options) })))
  const refusedPolicies = new Set<string>()
  for (const { file, result } of results) {
    if (!result.ok && result.error.isPolicys) refusedPolicies.add(formatIssues(result.error.issues))
    else if (!result.ok) complain(file, result.error.issues)
    else if (result.value.objects.length === 0) process.stderr.write(`${file}: the pipeline has no schedule, so that its deploy makes no object\n`)
  }
  for (const text of refusedPolicies) complainInWords(policyFileOf(options) ?? 'environment', text)
  const compiled = results.flatMap(({ result }) => (result.ok ? [result.value] : []))
  return compiled.length < results.length ? undefined : compiled
}

function complain(file: string, issues: readonly Issue[]): void {
  complainInWords(file, formatIssues(issues))
}

function complainInWords(file: string, text: string): void {
  process.stderr.write(`${file}:\n${text.replaceAll(/^/gm, '  ')}\n`)
}

/** Where the policy stands; undefined where it is the environment's. */
function policyFileOf({ values, policyFile }: RequestOptions): string | undefined {
  return values?.join(', ') ?? policyFile
}

/** Why a file does not become objects, and whether that is the policy's fault and not its own. */
interface Refusal {
  readonly issues: readonly Issue[]
  readonly isPolicys: boolean
}

async function compileFile(file: string, source: PolicySource, options: RequestOptions): Promise<Result<CompiledFile, Refusal>> {
  const text = await readText(file)
  if (!text.ok) return refused(text.error)
  const request = parseOfflineRequest(text.value)
  if (!request.ok) return refused(request.error)
  const policy = policyFor(request.value, source)
  if (!policy.ok) return err({ issues: policy.error, isPolicys: true })
  const facts = { nowMs: Date.now(), ...(options.serverVersion === undefined ? {} : { serverVersion: options.serverVersion }) }
  const beside = (live?: object): Result<readonly object[], Issue[]> => compileOffline(request.value, policy.value, facts, live)
  const objects = beside()
  return objects.ok ? ok({ file, objects: objects.value, beside }) : refused(objects.error)
}

function refused(issues: readonly Issue[]): Result<never, Refusal> {
  return err({ issues, isPolicys: false })
}

/** Where nothing says which runner this is, it is the one that the request names. */
function policyFor(request: OfflineRequest, source: PolicySource): Result<Policy, Issue[]> {
  return policyFrom(source, { AGENT_ID: source.environment['AGENT_ID'] ?? runnerOf(request) })
}
