import type { V1Pod } from '@kubernetes/client-node'
import { admit, ADMIT_BY_METHOD } from '../../../compiler/admit.ts'
import type { Admitted, RunMethod } from '../../../compiler/admit.ts'
import type { Workflow } from '../../../compiler/argo/workflow-types.ts'
import { compile } from '../../../compiler/compile.ts'
import type { Facts } from '../../../compiler/facts.ts'
import { isWorkflow } from '../../../compiler/manifest.ts'
import type { Manifest } from '../../../compiler/manifest.ts'
import type { Policy } from '../../../compiler/policy.ts'
import { parseRecord, recordConfigMap } from '../../../compiler/record-config-map.ts'
import type { RunRecord, StoredRecord } from '../../../compiler/record.ts'
import { must } from './must.ts'

export const NOW_MS = Date.UTC(2026, 0, 15, 2, 0, 0)

export const FACTS: Facts = { serverVersion: '1.11.1' }

/** The record as it comes back from the cluster. */
export function stored(record: RunRecord): StoredRecord {
  const configMap = recordConfigMap(record)
  const metadata = { ...configMap.metadata, uid: 'c1b7b1f0-1d2e-4a57-8b8f-3c7a5d1e9f10', resourceVersion: '4711' }
  return must(parseRecord({ ...configMap, metadata }))
}

export interface CompiledRun extends Admitted {
  readonly stored: StoredRecord
  readonly pod: V1Pod
}

/** Request to pod, the way it goes in the cluster. */
export function runOf(request: unknown, policy: Policy, facts: Facts = FACTS): CompiledRun {
  const admitted = must(admit(request, policy, { ...facts, nowMs: NOW_MS }))
  const record = stored(admitted.record)
  return { ...admitted, stored: record, pod: podIn(must(compile(record, policy, facts))) }
}

export interface AdmittedRun extends Admitted {
  readonly stored: StoredRecord
}

/** Record and payload of any request for a run, and the record as it comes back from the cluster. */
export function admittedBy(method: RunMethod, request: unknown, policy: Policy, facts: Facts = FACTS): AdmittedRun {
  const admitted = must(ADMIT_BY_METHOD[method](request, policy, { ...facts, nowMs: NOW_MS }))
  return { ...admitted, stored: stored(admitted.record) }
}

/** The pod or Workflow of any request for a run. */
export function objectOf(method: RunMethod, request: unknown, policy: Policy, facts: Facts = FACTS): V1Pod | Workflow {
  return must(compile(admittedBy(method, request, policy, facts).stored, policy, facts)).objects[0]
}

/** The pod of a manifest of the Simple Kubernetes executor. */
export function podIn({ objects: [object] }: Manifest): V1Pod {
  if (isWorkflow(object)) throw new Error('the manifest holds a Workflow')
  return object
}
