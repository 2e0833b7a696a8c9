import { compile } from '../compile.ts'
import { compileSchedule } from '../compile-schedule.ts'
import type { Issue } from '../issue.ts'
import type { Policy } from '../policy.ts'
import type { PayloadReference, RunKind, RunSpec, StoredRecord } from '../record.ts'
import type { Result } from '../result.ts'
import type { StoredSchedule } from '../schedule/schedule-record.ts'

const DELIVERIES = ['env', 'file'] as const
const SECRETS = ['none', 'references'] as const
/** Long after the trials began: what holds right after a deploy only is no matter of the operator's fields. */
const FACTS = { serverVersion: '0.0.0', nowMs: 3_600_000 }
const NAME = 'trial'

/** One thing that may run. */
interface Trial {
  readonly kind: RunKind
  /** Key of the per-type policy. */
  readonly type: string
  readonly delivery: PayloadReference['delivery']
  readonly secrets: PayloadReference['secrets']
}

/**
 * What is wrong with the operator's own fields, found by runs and schedules that nobody starts: at the start of the runner rather than
 * with the first request. There is one of each kind, and of each type that the policy has an entry for.
 */
export function trialIssues(policy: Policy): Issue[] {
  const lenient: Policy = { ...policy, isVersionValidationOff: true }
  const types = new Set(['metadata', ...policy.pipelineTypes.keys()])
  const payloads = DELIVERIES.flatMap((delivery) => SECRETS.map((secrets) => ({ delivery, secrets })))
  const trials = payloads.flatMap((payload): Trial[] => [
    ...[...types].map((type) => ({ kind: 'pipeline', type, ...payload }) as const),
    { kind: 'automation', type: 'automation', ...payload },
    { kind: 'application', type: 'application', ...payload },
  ])
  const results: Result<unknown, Issue[]>[] = trials.flatMap((trial) => [
    compile(aRecord(lenient.agentId, trial), lenient, FACTS),
    ...(trial.kind === 'pipeline' ? [compileSchedule(aSchedule(lenient.agentId, trial), lenient, FACTS)] : []),
  ])
  const issues = results.flatMap((result) => (result.ok ? [] : result.error))
  return issues.filter(({ path, message }, index) => issues.findIndex((issue) => issue.path === path && issue.message === message) === index)
}

const STORED = { name: NAME, uid: NAME, resourceVersion: '1', isBeingDeleted: false } as const

function aRecord(agentId: string, trial: Trial): StoredRecord {
  const workflowType = trial.kind === 'automation' ? NAME : null
  const spec: RunSpec = { ...specOf(agentId, trial), kind: trial.kind, runId: NAME, workflowType, acceptedAtMs: 0, notAfterMs: 0 }
  return { ...STORED, finalizers: [], spec, status: { phase: 'Queued', attempt: 1 } }
}

function aSchedule(agentId: string, trial: Trial): StoredSchedule {
  const spec = { ...specOf(agentId, trial), schedule: '0 0 * * *', timeZone: 'UTC', startAtMs: null, endAtMs: null }
  return { ...STORED, spec, status: { phase: 'Active', isEnabled: true, activeSinceMs: 0, updatedAtMs: 0 } }
}

function specOf(agentId: string, { type, delivery, secrets }: Trial): Omit<RunSpec, 'kind' | 'runId' | 'workflowType' | 'acceptedAtMs' | 'notAfterMs'> {
  return {
    agentId,
    pipeline: { id: NAME, name: NAME, fullyQualifiedName: NAME, type },
    service: null,
    loggerLevel: 'INFO',
    maxActiveRuns: 1,
    retries: 0,
    retryDelaySeconds: 0,
    workflowTimeoutSeconds: null,
    streamsLogs: false,
    requestDigest: '',
    payload: { secretName: NAME, delivery, secrets },
  }
}
