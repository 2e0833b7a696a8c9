import type { Facts } from './facts.ts'
import type { Issue } from './issue.ts'
import { recordName } from './names.ts'
import { payloadFor } from './payload.ts'
import type { Payload } from './payload.ts'
import type { Policy } from './policy.ts'
import type { RunRecord } from './record.ts'
import { resolveRun } from './resolve.ts'
import { err, ok } from './result.ts'
import type { Result } from './result.ts'
import { parseRunRequest } from './run-request.ts'
import { isSupportedType, SUPPORTED_TYPES, workflowConfigFor } from './workflow-config.ts'

export interface AdmitFacts extends Facts {
  /** Epoch milliseconds. */
  readonly nowMs: number
}

export interface Admitted {
  readonly record: RunRecord
  readonly payload: Payload
}

/**
 * Turns a run request into the record and the payload that stand for the run. Pure: same arguments, same bytes.
 *
 * All issues come back at once, each with its path in the request; none holds the value of a secret. Whether the request comes too
 * late (`notAfterMs`) is for the caller to say, who knows whether it is the repeat of one that came in time.
 */
export function admit(request: unknown, policy: Policy, facts: AdmitFacts): Result<Admitted, Issue[]> {
  const parsed = parseRunRequest(request)
  const refusals = refusalsFor(request, policy)
  if (!parsed.ok) return err([...parsed.error, ...refusals])
  if (refusals.length > 0) return err(refusals)
  const run = resolveRun(parsed.value, policy, facts.nowMs)
  const name = recordName(run.spec.runId, run.spec.agentId)
  const payload = payloadFor(name, workflowConfigFor(run, policy))
  if (!payload.ok) return payload
  const { secretName, delivery } = payload.value
  const record: RunRecord = { name, spec: { ...run.spec, payload: { secretName, delivery } }, status: { phase: 'Queued', attempt: 1 } }
  return ok({ record, payload: payload.value })
}

/** Well-formed requests that this runner does not take. Looks at each field by itself, so that they come out beside the malformed ones. */
function refusalsFor(request: unknown, policy: Policy): Issue[] {
  const runner = field(request, 'runner')
  const type = field(field(request, 'ingestionPipeline'), 'pipelineType')
  const override = field(request, 'configOverride')
  const issues: Issue[] = []
  if (typeof runner === 'string' && runner !== '' && runner !== policy.agentId) {
    issues.push({ code: 'invalid', path: 'runner', message: `names another runner; this one is ${policy.agentId} (AGENT_ID)` })
  }
  if (typeof type === 'string' && type !== '' && !isSupportedType(type)) {
    const message = `${JSON.stringify(type.slice(0, 63))} is not supported; supported are ${SUPPORTED_TYPES.join(', ')}`
    issues.push({ code: 'notSupported', path: 'ingestionPipeline.pipelineType', message })
  }
  if (typeof override === 'object' && override !== null && Object.keys(override).length > 0) {
    issues.push({ code: 'notSupported', path: 'configOverride', message: 'is for applications only; leave it out' })
  }
  return issues
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
}
