import type { NodeKind } from './cluster-state.ts'
import type { KubernetesApi } from './kubernetes-api.ts'

/** A running cluster. */
export interface Cluster {
  readonly name: string
  readonly kubeconfigPath: string
  readonly apiServerUrl: string
  /** Address of this machine as pods see it. */
  readonly hostIp: string
  readonly nodeIp: string
  /** The API server's authority in base64, as kubeconfigs hold it; undefined when the system knows it. */
  readonly caData: string | undefined
  /** One JSON line per API request; undefined without an audit log. */
  readonly auditLogPath: string | undefined
  readonly folder: string
  readonly nodes: NodeKind
  /** A cluster of the user's own, which KUBECONFIG names. */
  readonly external: boolean
  /** False when it was found running. */
  readonly startedHere: boolean
  readonly api: KubernetesApi
  /** Ends the cluster and leaves nothing of it. */
  readonly stop: () => Promise<void>
}
