import type { CoreV1Event, V1ConfigMap, V1CronJob, V1Job, V1Lease, V1Pod, V1Secret } from '@kubernetes/client-node'
import type { CronWorkflow, Workflow } from '../../compiler/argo/workflow-types.ts'

/** How long a write may take, at the API server too: after it, it is given up there as well. */
export const WRITE_TIMEOUT_MS = 3_000

/** The kinds the runner touches, by their resource name in the API. */
export interface Kinds {
  configmaps: V1ConfigMap
  cronjobs: V1CronJob
  cronworkflows: CronWorkflow
  events: CoreV1Event
  jobs: V1Job
  leases: V1Lease
  pods: V1Pod
  secrets: V1Secret
  workflows: Workflow
}
export type Kind = keyof Kinds

/** Where the API server serves each kind. */
export const API_ROOTS: Readonly<Record<Kind, string>> = {
  configmaps: '/api/v1',
  cronjobs: '/apis/batch/v1',
  cronworkflows: '/apis/argoproj.io/v1alpha1',
  events: '/api/v1',
  jobs: '/apis/batch/v1',
  leases: '/apis/coordination.k8s.io/v1',
  pods: '/api/v1',
  secrets: '/api/v1',
  workflows: '/apis/argoproj.io/v1alpha1',
}

/** An object of kind K as the API server sends it: times are strings, whatever the client library's types say. */
export type Wire<K extends Kind> = Kinds[K]

export interface ListPage<K extends Kind> {
  readonly items: readonly Wire<K>[]
  readonly resourceVersion: string
  /** Present while there are more pages. */
  readonly continueToken?: string
}

export type WatchEvent<K extends Kind> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: Wire<K> }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string }

/** Which objects of a kind. */
export interface Selection {
  readonly labelSelector: string
  /** Events have no labels of their objects: they are chosen by their fields. */
  readonly fieldSelector?: string
}

export interface Precondition {
  readonly uid: string
}

/** One step of a JSON patch (RFC 6902), the part of it the runner uses. */
export type JsonPatchStep = { readonly op: 'test' | 'add'; readonly path: string; readonly value: unknown } | { readonly op: 'remove'; readonly path: string }

export interface PodLogOptions {
  readonly container: string
  readonly follow: boolean
  /** Epoch milliseconds: only lines from that second on. */
  readonly sinceMs?: number
  readonly inactivityMs: number
  readonly signal: AbortSignal
}

/**
 * The one namespace of the cluster in which the runner works.
 *
 * Errors: every method throws a ClusterError. `read` gives undefined for an absent object and `delete` takes absence as done,
 * also when the object under that name has another uid.
 */
export interface Cluster {
  create<K extends Kind>(kind: K, object: Wire<K>, options?: { readonly dryRun?: boolean }): Promise<Wire<K>>
  read<K extends Kind>(kind: K, name: string): Promise<Wire<K> | undefined>
  /** Merge patch (RFC 7396). A `metadata.resourceVersion` in it makes the patch conditional. */
  mergePatch<K extends Kind>(kind: K, name: string, patch: object): Promise<Wire<K>>
  /** JSON patch (RFC 6902). A failed `test` step is a Conflict. One that is only tried gives what would be. */
  jsonPatch<K extends Kind>(kind: K, name: string, steps: readonly JsonPatchStep[], options?: { readonly dryRun?: boolean }): Promise<Wire<K>>
  /** `isForeground`: what the object owns goes first, and it stays until then. */
  delete(kind: Kind, name: string, precondition: Precondition, options?: { readonly isForeground?: boolean }): Promise<void>
  list<K extends Kind>(kind: K, options: Selection & { readonly limit: number; readonly continueToken?: string }): Promise<ListPage<K>>
  /**
   * Events after `resourceVersion` until the server closes the watch or `signal` aborts. Throws Expired when that version is
   * too old, and Unavailable when nothing, not even a bookmark, came for `inactivityMs`. With `timeoutSeconds` the server closes it then.
   */
  watch<K extends Kind>(
    kind: K,
    options: Selection & { readonly resourceVersion: string; readonly inactivityMs: number; readonly timeoutSeconds?: number; readonly signal: AbortSignal },
  ): AsyncIterable<WatchEvent<K>>
  /** The last `limitBytes` of the last lines of a container's log; undefined when there is none any more. */
  readPodLog(name: string, options: { readonly container: string; readonly tailLines: number; readonly limitBytes: number }): Promise<string | undefined>
  /**
   * A container's log as its node has it: of each line the time it was written at (RFC 3339 with nanoseconds) and a space, then the
   * line. With `follow` it goes on until the container ends. Empty while no node has the pod. Throws NotFound when there is no pod or no
   * log any more, Invalid when the container has not started, Unavailable when the node does not answer or nothing came for `inactivityMs`.
   */
  streamPodLog(name: string, options: PodLogOptions): AsyncIterable<Uint8Array>
  /** The server's version, `v1.35.4`. Doubles as the question whether the API server answers at all. */
  version(): Promise<string>
}
