import { applicationPayload, namesPipeline, pipelineRunOf, resolveApplication } from './workflow/application.ts'
import { applicationRequestSchema, pipelineApplicationSchema } from './request/application-request.ts'
import { automationPayload, resolveAutomation } from './workflow/automation.ts'
import { automationRequestSchema } from './request/automation-request.ts'
import type { Facts } from './facts.ts'
import type { Issue } from './issue.ts'
import { recordName } from './names.ts'
import { payloadFor, payloadReference } from './payload.ts'
import type { Payload, PayloadContent } from './payload.ts'
import type { Policy } from './policy.ts'
import type { RunRecord } from './record.ts'
import { refuseOtherRunner, refusePipeline } from './request/refusals.ts'
import { parseRequest, valueAt } from './request/request-fields.ts'
import { resolveRun } from './resolve.ts'
import type { ResolvedSpec } from './resolve.ts'
import { err, ok } from './result.ts'
import type { Result } from './result.ts'
import { isResolving } from './secrets-check.ts'
import { secretReferences } from './secret-references.ts'
import { parseRunRequest } from './request/run-request.ts'
import { payloadContentFor } from './workflow/pipeline-payload.ts'
import type { WorkflowConfig } from './workflow/workflow-config.ts'

export interface AdmitFacts extends Facts {
  /** Epoch milliseconds. */
  readonly nowMs: number
}

export interface Admitted {
  readonly record: RunRecord
  readonly payload: Payload
}

/**
 * Turns the params of a request for a run into the record and the payload that stand for the run. Pure: same arguments, same bytes.
 *
 * All issues come back at once, each with its path in the params; none holds the value of a secret. Whether the request comes too
 * late (`notAfterMs`) is for the caller to say, who knows whether it is the repeat of one that came in time.
 */
export type Admit = (request: unknown, policy: Policy, facts: AdmitFacts) => Result<Admitted, Issue[]>

/** The methods that ask for a run, and what admits each. */
export const ADMIT_BY_METHOD = {
  'pipeline/run': admit,
  'automation/run': admitAutomation,
  'application/run': admitApplication,
} as const satisfies Readonly<Record<string, Admit>>

export type RunMethod = keyof typeof ADMIT_BY_METHOD

/** `pipeline/run`: an ingestion pipeline of any type. See Admit. */
export function admit(request: unknown, policy: Policy, facts: AdmitFacts): Result<Admitted, Issue[]> {
  const parsed = judged(parseRunRequest(request), [...refuseOtherRunner(request, policy), ...refusePipeline(request)])
  if (!parsed.ok) return parsed
  const run = resolveRun(parsed.value, policy, facts.nowMs)
  return admitted(run.spec, payloadContentFor(run, policy, facts), 'ingestionPipeline.sourceConfig')
}

/** `automation/run`: a test connection, a query, or another automation Workflow. See Admit. */
export function admitAutomation(request: unknown, policy: Policy, facts: AdmitFacts): Result<Admitted, Issue[]> {
  const parsed = judged(parseRequest(automationRequestSchema, request), refuseOtherRunner(request, policy))
  if (!parsed.ok) return parsed
  return admitted(resolveAutomation(parsed.value, policy, facts.nowMs), whole(automationPayload(parsed.value, policy), policy), 'workflow.request')
}

/**
 * `application/run`: an application. One that names the pipeline it runs as becomes a run of that pipeline, whose status Collate
 * then sees; one without becomes a run of the App itself. See Admit.
 */
export function admitApplication(request: unknown, policy: Policy, facts: AdmitFacts): Result<Admitted, Issue[]> {
  if (namesPipeline(request)) return admitApplicationPipeline(request, policy, facts)
  const parsed = judged(parseRequest(applicationRequestSchema, request), refuseOtherRunner(request, policy))
  if (!parsed.ok) return parsed
  return admitted(resolveApplication(parsed.value, policy, facts.nowMs), whole(applicationPayload(parsed.value, policy), policy), 'app.appConfiguration')
}

/** What a pipeline of another type lacks as an application says nothing: its type is told alone. */
function admitApplicationPipeline(request: unknown, policy: Policy, facts: AdmitFacts): Result<Admitted, Issue[]> {
  const otherType = refuseOtherType(request)
  if (otherType.length > 0) return err([...otherType, ...refuseOtherRunner(request, policy)])
  const app = parseRequest(pipelineApplicationSchema, request)
  if (!app.ok && app.error.some(({ code }) => code === 'tooLarge')) return app
  const pipeline = admit(pipelineRunOf(request), policy, facts)
  return app.ok ? pipeline : err([...app.error, ...(pipeline.ok ? [] : pipeline.error)])
}

function refuseOtherType(request: unknown): Issue[] {
  const type = valueAt(request, 'ingestionPipeline', 'pipelineType')
  if (typeof type !== 'string' || type === '' || type === 'application') return []
  return [{ code: 'invalid', path: 'ingestionPipeline.pipelineType', message: 'must be application; send other pipelines with pipeline/run' }]
}

/** The parsed request, unless something speaks against it. */
function judged<Request>(parsed: Result<Request, Issue[]>, refusals: Issue[]): Result<Request, Issue[]> {
  if (!parsed.ok) return err([...parsed.error, ...refusals])
  return refusals.length > 0 ? err(refusals) : parsed
}

/** A config that holds all references that its program will meet. */
function whole(config: WorkflowConfig, policy: Policy): PayloadContent {
  return { config, references: secretReferences(config), isToResolve: isResolving(policy) }
}

function admitted(spec: ResolvedSpec, content: PayloadContent, largestField: string): Result<Admitted, Issue[]> {
  const name = recordName(spec.runId, spec.agentId)
  const payload = payloadFor(name, content, largestField)
  if (!payload.ok) return payload
  const record: RunRecord = { name, spec: { ...spec, payload: payloadReference(payload.value) }, status: { phase: 'Queued', attempt: 1 } }
  return ok({ record, payload: payload.value })
}
