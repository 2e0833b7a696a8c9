import { compile } from '../compile.ts'
import type { Issue } from '../issue.ts'
import type { Policy } from '../policy.ts'
import type { PayloadReference, StoredRecord } from '../record.ts'

const DELIVERIES = ['env', 'file'] as const

/**
 * What is wrong with the operator's own fields, found by a run that nobody starts: at the start of the runner rather than with the
 * first request.
 */
export function trialIssues(policy: Policy): Issue[] {
  const issues = DELIVERIES.flatMap((delivery) => {
    const compiled = compile(aRecord(policy.agentId, delivery), { ...policy, isVersionValidationOff: true }, { serverVersion: '0.0.0' })
    return compiled.ok ? [] : compiled.error
  })
  return issues.filter(({ path, message }, index) => issues.findIndex((issue) => issue.path === path && issue.message === message) === index)
}

function aRecord(agentId: string, delivery: PayloadReference['delivery']): StoredRecord {
  const name = 'trial'
  return {
    name,
    uid: name,
    resourceVersion: '1',
    isBeingDeleted: false,
    finalizers: [],
    spec: {
      agentId,
      runId: name,
      kind: 'pipeline',
      pipeline: { id: name, name, fullyQualifiedName: name, type: 'metadata' },
      service: null,
      workflowType: null,
      loggerLevel: 'INFO',
      maxActiveRuns: 1,
      retries: 0,
      retryDelaySeconds: 0,
      workflowTimeoutSeconds: null,
      acceptedAtMs: 0,
      notAfterMs: 0,
      requestDigest: '',
      payload: { secretName: name, delivery },
    },
    status: { phase: 'Queued', attempt: 1 },
  }
}
