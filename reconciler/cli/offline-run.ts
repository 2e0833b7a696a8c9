import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { admitSchedule } from '../../compiler/admit-schedule.ts'
import { ADMIT_BY_METHOD, type RunMethod } from '../../compiler/admit.ts'
import { compileSchedule } from '../../compiler/compile-schedule.ts'
import { compile } from '../../compiler/compile.ts'
import type { Facts } from '../../compiler/facts.ts'
import type { Issue } from '../../compiler/issue.ts'
import { END_RECORDED_FINALIZER } from '../../compiler/labels.ts'
import { payloadSecret } from '../../compiler/payload.ts'
import type { Policy } from '../../compiler/policy.ts'
import { parseRecord, recordConfigMap } from '../../compiler/record-config-map.ts'
import { nonEmptyText } from '../../compiler/request/bounded-text.ts'
import type { RunRecord, StoredRecord } from '../../compiler/record.ts'
import { err, ok, type Result } from '../../compiler/result.ts'
import { parseSchedule, scheduleConfigMap } from '../../compiler/schedule/schedule-config-map.ts'
import type { ScheduleRecord, StoredSchedule } from '../../compiler/schedule/schedule-record.ts'
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
  const [document, ...others] = parseAllDocuments(text)
  if (others.length > 0) return err([{ code: 'invalid', path: '', message: 'holds several documents; a file holds one request: give each its own file' }])
  const [problem] = document?.errors ?? []
  if (problem !== undefined)
    return err([{ code: 'invalid', path: '', message: `is neither JSON nor YAML: ${problem.message.split('\n', 1)[0]?.replace(/:$/, '') ?? ''}` }])
  const content: unknown = document?.toJS() ?? null
  const parsed = requestSchema.safeParse(content)
  return parsed.success ? ok(parsed.data) : err(issuesFromZod(parsed.error, content))
}

/** The runner that the request names; offline, where nothing else says which runner this is, it is that one. */
export function runnerOf({ params }: OfflineRequest): string | undefined {
  const runner = z.object({ runner: nonEmptyText() }).safeParse(params)
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
 *
 * @param live the record as the cluster has it, if it does: what only the cluster decides (uid, times, status) is then its own
 */
export function compileOffline({ method, params }: OfflineRequest, policy: Policy, facts: OfflineFacts, live?: object): Objects {
  const objects = method === 'pipeline/deploy' ? compileDeploy(params, policy, facts, live) : compileRun(method, params, policy, facts, live)
  return objects.ok ? ok(objects.value.map((object) => inNamespace(object, policy))) : err(objects.error.map(withServerVersionMend))
}

function compileRun(method: RunMethod, params: unknown, policy: Policy, facts: Facts, live?: object): Objects {
  const admitted = ADMIT_BY_METHOD[method](params, policy, { ...facts, nowMs: 0 })
  if (!admitted.ok) return err(underParams(admitted.error))
  const stored = storedRun(admitted.value.record, live)
  if (!stored.ok) return stored
  const record = stored.value
  const manifest = compile(record, policy, facts)
  return manifest.ok ? ok([runConfigMap(record), payloadSecret(admitted.value.payload, record), ...manifest.value.objects]) : manifest
}

function compileDeploy(params: unknown, policy: Policy, facts: OfflineFacts, live?: object): Objects {
  const admitted = admitSchedule(params, policy, { ...facts, nowMs: 0 })
  if (!admitted.ok) return err(underParams(admitted.error))
  if (admitted.value === null) return ok([])
  const stored = storedSchedule(admitted.value.record, live)
  if (!stored.ok) return stored
  const record = stored.value
  const manifest = compileSchedule(record, policy, facts)
  return manifest.ok ? ok([scheduleConfigMap(record), payloadSecret(admitted.value.payload, record), ...manifest.value.objects]) : manifest
}

/** What the API server adds to a record. */
const STORED = { uid: PLACEHOLDER_UID, resourceVersion: '0', isBeingDeleted: false }

/** Where the run stands and when it was accepted is the cluster's to say; all else is the request's. */
function storedRun(record: RunRecord, live: object | undefined): Result<StoredRecord, Issue[]> {
  if (live === undefined) return ok({ ...record, ...STORED, finalizers: [END_RECORDED_FINALIZER] })
  const found = parseRecord(live)
  if (!found.ok) return found
  const { acceptedAtMs, notAfterMs } = found.value.spec
  return ok({ ...found.value, spec: { ...record.spec, acceptedAtMs, notAfterMs } })
}

function storedSchedule(record: ScheduleRecord, live: object | undefined): Result<StoredSchedule, Issue[]> {
  if (live === undefined) return ok({ ...record, ...STORED })
  const found = parseSchedule(live)
  return found.ok ? ok({ ...found.value, spec: record.spec }) : found
}

/** A record whose end is told has lost its finalizer, and is not to get it back. */
function runConfigMap(record: StoredRecord): object {
  const { metadata, ...rest } = recordConfigMap(record)
  const { finalizers: _finalizers, ...kept } = { ...metadata }
  return { ...rest, metadata: record.finalizers.length === 0 ? kept : { ...kept, finalizers: [...record.finalizers] } }
}

function inNamespace(object: { readonly metadata?: object }, { namespace }: Policy): object {
  return { ...object, metadata: { ...object.metadata, namespace } }
}

function underParams(issues: readonly Issue[]): Issue[] {
  return issues.map((issue) => ({ ...issue, path: `params${/^(?:\[|$)/.test(issue.path) ? '' : '.'}${issue.path}` }))
}

function withServerVersionMend(issue: Issue): Issue {
  return issue.code === 'unknownFact' ? { ...issue, message: `${issue.message}; give it with --server-version` } : issue
}
