import type { V1EnvVar } from '@kubernetes/client-node'
import { literal } from './literal.ts'
import { podName } from '../names.ts'
import type { Policy } from '../policy.ts'
import type { PayloadReference, RunKind, RunRecord, RunSpec, StoredRecord } from '../record.ts'

/** What runs in one pod, whichever executor makes it, on demand or by schedule. */
export interface Workload {
  readonly kind: RunKind
  /** Key of the per-type policy. */
  readonly pipelineType: string
  readonly image: string
  readonly payload: PayloadReference
  readonly deadlineSeconds: number | null
  /** What the entry point is told beside the payload. */
  readonly variables: readonly V1EnvVar[]
}

/** Where a variable's value comes from. */
export type ValueSource = Pick<V1EnvVar, 'value' | 'valueFrom'>

/** Which run it is, and what it is called in the cluster. */
export interface RunIdentity {
  readonly pipelineRunId: ValueSource
  readonly jobName: ValueSource
}

type WorkloadSpec = Pick<RunSpec, 'kind' | 'pipeline' | 'payload' | 'workflowTimeoutSeconds'>

/** The workload of a record's current attempt. */
export function workloadForRun(record: StoredRecord, policy: Policy, image: string): Workload {
  const { spec, status, name } = record
  const identity = { pipelineRunId: { value: spec.runId }, jobName: { value: podName(name, status.attempt) } }
  return { ...workloadFor(spec, identity, policy, image), deadlineSeconds: secondsLeft(record) }
}

/** What is left of the run's time for its current attempt, null without a limit: the time counts from the first start, over all attempts. */
export function secondsLeft({ spec, status }: Pick<RunRecord, 'spec' | 'status'>): number | null {
  const { workflowTimeoutSeconds } = spec
  const { startAtMs, firstStartedAtMs } = status.retry ?? { startAtMs: 0, firstStartedAtMs: null }
  if (workflowTimeoutSeconds === null || firstStartedAtMs === null) return workflowTimeoutSeconds
  return Math.max(1, workflowTimeoutSeconds - Math.ceil((startAtMs - firstStartedAtMs) / 1000))
}

export function workloadFor(spec: WorkloadSpec, identity: RunIdentity, policy: Policy, image: string): Workload {
  return {
    kind: spec.kind,
    pipelineType: spec.pipeline.type,
    image,
    payload: spec.payload,
    deadlineSeconds: spec.workflowTimeoutSeconds,
    variables: spec.kind === 'pipeline' ? pipelineVariables(spec.pipeline, identity, policy) : [],
  }
}

function pipelineVariables(pipeline: WorkloadSpec['pipeline'], identity: RunIdentity, { executor, namespace }: Policy): V1EnvVar[] {
  return [
    { name: 'pipelineType', value: literal(pipeline.type, executor) },
    { name: 'pipelineRunId', ...identity.pipelineRunId },
    { name: 'ingestionPipelineFQN', value: literal(pipeline.fullyQualifiedName, executor) },
    { name: 'jobName', ...identity.jobName },
    { name: 'namespace', value: namespace },
  ]
}
