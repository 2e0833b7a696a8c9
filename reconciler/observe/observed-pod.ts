import type { RunKind } from '../../compiler/record.ts'
import type { ObservedEvent } from './observed-event.ts'
import type { WorkflowState } from './workflow-state.ts'

/**
 * What the runner needs of one attempt of a run, and nothing more: the cache keeps thousands of these. Times are epoch milliseconds.
 *
 * It is a pod of ours, or under Argo a Workflow with the pod that Argo makes for it: see `observed-workflow.ts`.
 */
export interface ObservedPod {
  /** What it is in the API: that object carries our finalizer, and is deleted and released. */
  readonly resource: 'pods' | 'workflows'
  /** Of an attempt that is a Workflow. */
  readonly workflow?: WorkflowState
  /** Of a pod that Argo has made: the name of its Workflow. */
  readonly ownerWorkflow: string | null
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
  readonly recordName: string
  /** uid of the record that owns it; a pod of an earlier record of the same name has another. */
  readonly ownerUid: string | null
  /** The Job of a schedule that made it, or its Workflow; null for what the runner made. Its uid is the run's id. */
  readonly job: { readonly name: string; readonly uid: string } | null
  readonly runId: string
  readonly attempt: number
  readonly kind: RunKind
  readonly pipelineFqn: string
  readonly pipelineId: string
  readonly pipelineName: string
  readonly pipelineType: string
  /** Empty until the scheduler has found one. */
  readonly nodeName: string
  readonly phase: string
  readonly reason: string
  readonly message: string
  /** When somebody asked for its deletion; null when nobody did. */
  readonly deletionRequestedAtMs: number | null
  /**
   * The kubelet has ended the pod and deleted it for good: the API server then moves the time of the request to that moment, so
   * that the request came earlier than it says.
   */
  readonly isRemovedByKubelet: boolean
  /** Index of our finalizer in the pod's list; -1 when it is off. */
  readonly finalizerIndex: number
  readonly createdAtMs: number
  /** When the kubelet of its node first saw it; null before that. */
  readonly takenByNodeAtMs: number | null
  /** When its node is to end it; null without a deadline, and before the node has it. */
  readonly deadlineAtMs: number | null
  readonly conditions: readonly ObservedCondition[]
  /** It waits for a container to start, and its node has no sandbox for it any more; null where that is not so. */
  readonly lostSandbox: LostSandbox | null
  readonly containers: readonly ObservedContainer[]
  /** They run one after another before the others. Those of the cluster's own webhooks are among them. */
  readonly initContainers: readonly ObservedContainer[]
  /** What Kubernetes tells of it beside its status. */
  readonly events: readonly ObservedEvent[]
}

export interface LostSandbox {
  readonly sinceMs: number | null
  /** One that was made in it. */
  readonly containerName: string
}

/** `PodScheduled` when it is False; `DisruptionTarget` and `PodReadyToStartContainers` when they are True. */
export interface ObservedCondition {
  readonly type: string
  readonly reason: string
  readonly message: string
  /** When it became so. */
  readonly sinceMs: number | null
}

export type ObservedContainer =
  | { readonly name: string; readonly state: 'waiting'; readonly reason: string; readonly message: string }
  | { readonly name: string; readonly state: 'running'; readonly startedAtMs: number | null }
  | {
      readonly name: string
      readonly state: 'terminated'
      readonly exitCode: number
      readonly reason: string
      readonly message: string
      readonly startedAtMs: number | null
      readonly finishedAtMs: number | null
      /** As it stands in the pod; null without one. */
      readonly memoryLimit: string | null
    }

export type Terminated = Extract<ObservedContainer, { state: 'terminated' }>
