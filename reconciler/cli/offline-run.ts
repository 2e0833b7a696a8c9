import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { admitSchedule } from '../../compiler/admit-schedule.ts'
import { ADMIT_BY_METHOD, type RunMethod } from '../../compiler/admit.ts'
import { compileSchedule } from '../../compiler/compile-schedule.ts'
import { compile } from '../../compiler/compile.ts'
import type { Facts } from '../../compiler/facts.ts'
import type { Issue } from '../../compiler/issue.ts'
import { payloadSecret } from '../../compiler/payload.ts'
import type { Policy } from '../../compiler/policy.ts'
import { recordConfigMap } from '../../compiler/record-config-map.ts'
import { err, ok, type Result } from '../../compiler/result.ts'
import { scheduleConfigMap } from '../../compiler/schedule/schedule-config-map.ts'
import { issuesFromZod } from '../../compiler/zod-issues.ts'

/** A request as it would come over the link. */
export interface OfflineRequest {
  readonly method: OfflineMethod
  readonly params: unknown
}

type OfflineMethod = RunMethod | 'pipeline/deploy'

const METHODS = [...(Object.keys(ADMIT_BY_METHOD) as RunMethod[]), 'pipeline/deploy'] as const satisfies readonly OfflineMethod[]

const requestSchema = z.looseObject({
  method: z.enum(METHODS, `must be one of ${METHODS.join(', ')}`),
  params: z.looseObject({}),
})

/** Stands for the uid that the API server would give the record. */
const PLACEHOLDER_UID = '00000000-0000-0000-0000-000000000000'

/** Reads one JSON-RPC request, JSON or YAML. */
export function parseOfflineRequest(text: string): Result<OfflineRequest, Issue[]> {
  let content: unknown
  try {
    content = parseYaml(text)
  } catch (error) {
    return err([{ code: 'invalid', path: '', message: `is neither JSON nor YAML: ${error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : ''}` }])
  }
  const parsed = requestSchema.safeParse(content)
  return parsed.success ? ok(parsed.data) : err(issuesFromZod(parsed.error, content))
}

/** The runner that the request names; offline, where nothing else says which runner this is, it is that one. */
export function runnerOf({ params }: OfflineRequest): string | undefined {
  const runner = z.object({ runner: z.string().min(1) }).safeParse(params)
  return runner.success ? runner.data.runner : undefined
}

export interface OfflineFacts extends Facts {
  /** Epoch milliseconds at which a schedule is looked at: its start and end dates decide whether it is suspended. */
  readonly nowMs: number
}

type Objects = Result<readonly object[], Issue[]>

/**
 * All objects that the request becomes, in the order in which they are created: record, payload, manifest. Pure: the time of
 * acceptance is the beginning of the epoch and the record's uid a placeholder, so that the same request gives the same bytes.
 */
export function compileOffline({ method, params }: OfflineRequest, policy: Policy, facts: OfflineFacts): Objects {
  const objects = method === 'pipeline/deploy' ? compileDeploy(params, policy, facts) : compileRun(method, params, policy, facts)
  return objects.ok ? ok(objects.value.map((object) => inNamespace(object, policy))) : err(objects.error.map(withServerVersionMend))
}

function compileRun(method: RunMethod, params: unknown, policy: Policy, facts: Facts): Objects {
  const admitted = ADMIT_BY_METHOD[method](params, policy, { ...facts, nowMs: 0 })
  if (!admitted.ok) return err(underParams(admitted.error))
  const record = { ...admitted.value.record, ...STORED }
  const manifest = compile(record, policy, facts)
  return manifest.ok ? ok([recordConfigMap(record), payloadSecret(admitted.value.payload, record), ...manifest.value.objects]) : manifest
}

function compileDeploy(params: unknown, policy: Policy, facts: OfflineFacts): Objects {
  const admitted = admitSchedule(params, policy, { ...facts, nowMs: 0 })
  if (!admitted.ok) return err(underParams(admitted.error))
  if (admitted.value === null) return ok([])
  const record = { ...admitted.value.record, ...STORED }
  const manifest = compileSchedule(record, policy, facts)
  return manifest.ok ? ok([scheduleConfigMap(record), payloadSecret(admitted.value.payload, record), ...manifest.value.objects]) : manifest
}

/** What the API server adds to a record. */
const STORED = { uid: PLACEHOLDER_UID, resourceVersion: '0', isBeingDeleted: false, finalizers: [] }

function inNamespace(object: { readonly metadata?: object }, { namespace }: Policy): object {
  return { ...object, metadata: { ...object.metadata, namespace } }
}

function underParams(issues: readonly Issue[]): Issue[] {
  return issues.map((issue) => ({ ...issue, path: issue.path === '' ? 'params' : `params.${issue.path}` }))
}

function withServerVersionMend(issue: Issue): Issue {
  return issue.code === 'unknownFact' ? { ...issue, message: `${issue.message}; give it with --server-version` } : issue
}
