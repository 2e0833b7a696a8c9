import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { ADMIT_BY_METHOD, type Admitted } from '../../compiler/admit.ts'
import { compile } from '../../compiler/compile.ts'
import type { Facts } from '../../compiler/facts.ts'
import type { Issue } from '../../compiler/issue.ts'
import { payloadSecret } from '../../compiler/payload.ts'
import type { Policy } from '../../compiler/policy.ts'
import { recordConfigMap } from '../../compiler/record-config-map.ts'
import type { StoredRecord } from '../../compiler/record.ts'
import { err, ok, type Result } from '../../compiler/result.ts'
import { issuesFromZod } from '../../compiler/zod-issues.ts'

/** A request as it would come over the link. */
export interface OfflineRequest {
  readonly method: keyof typeof ADMIT_BY_METHOD
  readonly params: unknown
}

const METHODS = Object.keys(ADMIT_BY_METHOD) as (keyof typeof ADMIT_BY_METHOD)[]

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

/**
 * All objects that the request becomes, in the order in which they are created: record, payload, manifest. Pure: the time of
 * acceptance is the beginning of the epoch and the record's uid a placeholder, so that the same request gives the same bytes.
 */
export function compileOffline({ method, params }: OfflineRequest, policy: Policy, facts: Facts): Result<readonly object[], Issue[]> {
  const admitted = ADMIT_BY_METHOD[method](params, policy, { ...facts, nowMs: 0 })
  if (!admitted.ok) return err(admitted.error.map((issue) => ({ ...issue, path: `params.${issue.path}` })))
  const record = storedRecord(admitted.value)
  const manifest = compile(record, policy, facts)
  if (!manifest.ok) return err(manifest.error.map(withServerVersionMend))
  const inNamespace = (object: { metadata?: object }): object => ({ ...object, metadata: { ...object.metadata, namespace: policy.namespace } })
  return ok([inNamespace(recordConfigMap(record)), inNamespace(payloadSecret(admitted.value.payload, record)), ...manifest.value.objects])
}

function storedRecord({ record }: Admitted): StoredRecord {
  return { ...record, uid: PLACEHOLDER_UID, resourceVersion: '0', isBeingDeleted: false, finalizers: [] }
}

function withServerVersionMend(issue: Issue): Issue {
  return issue.code === 'unknownFact' ? { ...issue, message: `${issue.message}; give it with --server-version` } : issue
}
