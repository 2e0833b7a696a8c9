import type { V1ObjectMeta } from '@kubernetes/client-node'
import { LABEL_PIPELINE_ID } from '../../compiler/labels.ts'
import { digestOf } from '../../compiler/resolve.ts'
import type { Wire } from '../cluster/cluster.ts'

/** What fires a schedule: a CronJob, or with Argo a CronWorkflow. */
export type CronKind = 'cronjobs' | 'cronworkflows'
export type CronObject = Wire<CronKind>

/** On a CronJob: what was applied, and what the API server made of it, as two digests. */
export const ANNOTATION_APPLIED = 'hybrid-runner.collate.io/applied'

/** As much of a CronJob as tells whether it is as it is to be. */
export interface ObservedCron {
  readonly kind: CronKind
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
  readonly pipelineId: string
  /** uid of the revision that owns it; null when somebody took the owner off. */
  readonly ownerUid: string | null
  /** Epoch milliseconds, in whole seconds. */
  readonly madeAtMs: number
  readonly isBeingDeleted: boolean
  readonly isSuspended: boolean
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** Digest of the whole spec as it is, with all defaults. */
  readonly specDigest: string
}

/** The narrow view of a CronJob or CronWorkflow as the API server sends it. */
export function observeCron(object: CronObject): ObservedCron {
  const metadata: V1ObjectMeta = object.metadata ?? {}
  return {
    kind: object.kind === 'CronWorkflow' ? 'cronworkflows' : 'cronjobs',
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    resourceVersion: metadata.resourceVersion ?? '',
    pipelineId: metadata.labels?.[LABEL_PIPELINE_ID] ?? '',
    ownerUid: metadata.ownerReferences?.find(({ kind }) => kind === 'ConfigMap')?.uid ?? null,
    madeAtMs: new Date(metadata.creationTimestamp ?? 0).getTime(),
    isBeingDeleted: metadata.deletionTimestamp !== undefined && metadata.deletionTimestamp !== null,
    isSuspended: object.spec?.suspend ?? false,
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    specDigest: specDigestOf(object),
  }
}

export function specDigestOf({ spec }: CronObject): string {
  return shortDigest(spec)
}

export function shortDigest(content: unknown): string {
  return digestOf(content ?? null).slice(0, 16)
}
