import type { V1Affinity, V1Container, V1LocalObjectReference, V1ObjectMeta, V1PodSecurityContext, V1Toleration, V1Volume } from '@kubernetes/client-node'

/** The slice of Argo's `argoproj.io/v1alpha1` that the compiler makes, and nothing more. */
export interface Workflow {
  readonly apiVersion: 'argoproj.io/v1alpha1'
  readonly kind: 'Workflow'
  readonly metadata: V1ObjectMeta
  readonly spec: WorkflowSpec
  readonly status?: WorkflowStatus
}

/** As much as is read of what Argo's controller tells. Times are ISO 8601. */
export interface WorkflowStatus {
  /** `Pending`, `Running`, `Succeeded`, `Failed`, `Error`; empty until the controller has seen it. */
  readonly phase?: string
  readonly message?: string
  readonly startedAt?: string | null
  readonly finishedAt?: string | null
  readonly nodes?: Readonly<Record<string, { readonly phase?: string; readonly message?: string }>>
}

export interface CronWorkflow {
  readonly apiVersion: 'argoproj.io/v1alpha1'
  readonly kind: 'CronWorkflow'
  readonly metadata: V1ObjectMeta
  readonly spec: CronWorkflowSpec
}

export interface CronWorkflowSpec {
  readonly schedules: readonly string[]
  readonly timezone: string
  readonly concurrencyPolicy: 'Allow' | 'Forbid'
  readonly startingDeadlineSeconds: number
  readonly suspend: boolean
  readonly successfulJobsHistoryLimit: number
  readonly failedJobsHistoryLimit: number
  /** Copied to each Workflow that it starts, finalizers included. */
  readonly workflowMetadata: Pick<V1ObjectMeta, 'labels' | 'annotations' | 'finalizers'>
  readonly workflowSpec: WorkflowSpec
}

export interface WorkflowSpec {
  readonly entrypoint: string
  readonly templates: readonly Template[]
  /** Set on one that is about to be deleted, and never at the start. */
  readonly suspend?: boolean
  readonly serviceAccountName: string
  /** Counts from the Workflow's start. */
  readonly activeDeadlineSeconds?: number
  readonly podMetadata: Pick<V1ObjectMeta, 'labels' | 'annotations'>
  readonly podPriorityClassName?: string
  /** A strategic merge patch for the pod's spec, as text. */
  readonly podSpecPatch: string
  readonly securityContext: V1PodSecurityContext
  readonly imagePullSecrets?: V1LocalObjectReference[]
  readonly tolerations?: V1Toleration[]
  readonly affinity?: V1Affinity
  readonly nodeSelector?: Record<string, string>
  readonly volumes?: V1Volume[]
  readonly archiveLogs: boolean
  readonly podGC: { readonly strategy: 'OnWorkflowSuccess'; readonly deleteDelayDuration: string }
  readonly ttlStrategy: { readonly secondsAfterCompletion: number }
}

export interface Template {
  readonly name: string
  /** They run after Argo's own. */
  readonly initContainers?: V1Container[]
  readonly container: V1Container
}
