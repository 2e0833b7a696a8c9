import type { ObservedPod } from '../observe/observed-pod.ts'
import type { PodOfWorkflow } from '../observe/observed-workflow.ts'

/** The pods that Argo has made, by their Workflow. */
export class WorkflowPods {
  readonly #byName = new Map<string, { readonly pod: ObservedPod; readonly isThere: boolean; readonly workflow: string }>()
  readonly #newest = new Map<string, string>()
  /** Workflows that have lost a pod. */
  readonly #bereft = new Set<string>()

  get(podName: string): ObservedPod | undefined {
    return this.#byName.get(podName)?.pod
  }

  /** What is known of the newest. */
  newestOf(workflow: string): PodOfWorkflow | undefined {
    const known = this.#byName.get(this.#newest.get(workflow) ?? '')
    return known === undefined ? undefined : { pod: known.pod, isThere: known.isThere, hasLostOne: this.#bereft.has(workflow) }
  }

  put(workflow: string, pod: ObservedPod): void {
    const newest = this.newestOf(workflow)
    const known = this.get(pod.name)
    if (known !== undefined && known.uid !== pod.uid) this.#bereft.add(workflow)
    this.#byName.set(pod.name, { pod, isThere: true, workflow })
    if (newest === undefined || newest.pod.createdAtMs <= pod.createdAtMs) this.#newest.set(workflow, pod.name)
  }

  /** It is gone from the cluster. What it was is kept for as long as its Workflow is. */
  drop(podName: string, isWorkflowKnown: boolean): void {
    const known = this.#byName.get(podName)
    if (known === undefined) return
    if (isWorkflowKnown) this.#bereft.add(known.workflow)
    if (isWorkflowKnown && this.#newest.get(known.workflow) === podName) this.#byName.set(podName, { ...known, isThere: false })
    else this.#forget(podName, known.workflow)
  }

  /** The Workflow is gone. Pods of it that are still there are told of once more when they go. */
  dropWorkflow(workflow: string): void {
    this.#bereft.delete(workflow)
    for (const [name, known] of this.#byName) if (known.workflow === workflow && !known.isThere) this.#forget(name, workflow)
  }

  /** Those that are in the cluster, as far as is known. */
  present(): ObservedPod[] {
    return [...this.#byName.values()].filter(({ isThere }) => isThere).map(({ pod }) => pod)
  }

  #forget(podName: string, workflow: string): void {
    this.#byName.delete(podName)
    if (this.#newest.get(workflow) === podName) this.#newest.delete(workflow)
  }
}
