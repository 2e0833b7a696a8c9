/** What Argo's controller tells of a Workflow, and what is known of its pod. */
export interface WorkflowState {
  /** `Pending`, `Running`, `Succeeded`, `Failed`, `Error`; empty until a controller has taken it up. */
  readonly phase: string
  readonly message: string
  readonly startedAtMs: number | null
  readonly finishedAtMs: number | null
  readonly isDeleted: boolean
  /** Kubernetes deletes the pod first, and the Workflow after it. Deleted in the background, as kubectl does it, its pod runs on. */
  readonly isDeletedInForeground: boolean
  /** Argo makes no pod of it, and does not end it. */
  readonly isSuspended: boolean
  /** Name of its newest pod; null when none was seen. */
  readonly podName: string | null
  /** That pod is in the cluster. What is known of one that is not is the last that was seen. */
  readonly isPodThere: boolean
  /** Somebody asked for the deletion of the pod itself. */
  readonly isPodDeleted: boolean
  /** A pod of it is gone, or another one has taken its place. */
  readonly hasLostPod: boolean
}
