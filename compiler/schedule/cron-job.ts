import type { V1CronJob, V1PodTemplateSpec } from '@kubernetes/client-node'
import { customPod } from '../pod/custom-pod.ts'
import type { Issue } from '../issue.ts'
import { annotationsForRecord, END_RECORDED_FINALIZER, LABEL_ATTEMPT, labelsForRecord } from '../labels.ts'
import { cronName } from '../names.ts'
import { ownedBy } from '../owner.ts'
import { identityLabels, podSpecFor } from '../pod/pod.ts'
import type { Policy } from '../policy.ts'
import { ok } from '../result.ts'
import type { Result } from '../result.ts'
import { workloadFor } from '../pod/workload.ts'
import type { RunIdentity, ValueSource } from '../pod/workload.ts'
import type { Firing } from './firing.ts'
import type { StoredSchedule } from './schedule-record.ts'

/** Ended Jobs stay so long and so many that no end is gone before it was seen. */
export const HISTORY_LIMIT = 100
const JOB_TTL_SECONDS = 7 * 24 * 60 * 60

/** The Job's uid is the run's id. */
const RUN_OF_JOB: RunIdentity = {
  pipelineRunId: fromLabel('batch.kubernetes.io/controller-uid'),
  jobName: fromLabel('batch.kubernetes.io/job-name'),
}

/** The CronJob of a schedule. Its pods are those of the pipeline's runs, and a Job never starts a second one: retries are the runner's. */
export function cronJobForSchedule(schedule: StoredSchedule, firing: Firing, policy: Policy, image: string): Result<V1CronJob, Issue[]> {
  const { spec } = schedule
  const labels = labelsForRecord(schedule)
  const annotations = annotationsForRecord(schedule)
  const template = podTemplate(schedule, policy, image)
  if (!template.ok) return template
  return ok({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: cronName(spec.pipeline.id, spec.agentId), namespace: policy.namespace, labels, annotations, ownerReferences: [ownedBy(schedule)] },
    spec: {
      schedule: spec.schedule,
      timeZone: spec.timeZone,
      suspend: firing.isSuspended,
      concurrencyPolicy: concurrencyPolicyFor(spec.maxActiveRuns),
      startingDeadlineSeconds: firing.startingDeadlineSeconds,
      successfulJobsHistoryLimit: HISTORY_LIMIT,
      failedJobsHistoryLimit: HISTORY_LIMIT,
      jobTemplate: {
        metadata: { labels, annotations },
        spec: { backoffLimit: 0, ttlSecondsAfterFinished: JOB_TTL_SECONDS, template: template.value },
      },
    },
  })
}

export function concurrencyPolicyFor(maxActiveRuns: number): 'Allow' | 'Forbid' {
  return maxActiveRuns === 1 ? 'Forbid' : 'Allow'
}

function podTemplate(schedule: StoredSchedule, policy: Policy, image: string): Result<V1PodTemplateSpec, Issue[]> {
  const metadata = {
    labels: { ...labelsForRecord(schedule), ...identityLabels(policy), [LABEL_ATTEMPT]: '1' },
    annotations: annotationsForRecord(schedule),
    finalizers: [END_RECORDED_FINALIZER],
  }
  return customPod({ metadata, spec: podSpecFor(workloadFor({ kind: 'pipeline', ...schedule.spec }, RUN_OF_JOB, policy, image), policy) }, policy.customConfig)
}

function fromLabel(name: string): ValueSource {
  return { valueFrom: { fieldRef: { fieldPath: `metadata.labels['${name}']` } } }
}
