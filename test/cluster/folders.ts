import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where built programs and images are kept between clusters. */
export function cacheFolder(): string {
  return process.env['HYBRID_RUNNER_CACHE'] ?? join(homedir(), '.cache', 'hybrid-ingestion-runner')
}

/** Where the running clusters live, one folder each. Short, because paths of Unix sockets must be. */
export function clustersFolder(): string {
  return process.env['HYBRID_RUNNER_CLUSTERS'] ?? '/var/lib/hybrid-runner/clusters'
}

/** Paths inside the folder of one cluster. */
export interface ClusterPaths {
  readonly folder: string
  readonly state: string
  readonly kubeconfig: string
  readonly auditLog: string
  readonly logs: string
  readonly pki: string
  readonly etcd: string
  readonly containerd: string
  readonly containerdSocket: string
  readonly node: string
}

/** Paths of the cluster with this name. */
export function clusterPaths(name: string): ClusterPaths {
  const folder = join(clustersFolder(), name)
  return {
    folder,
    state: join(folder, 'cluster.json'),
    kubeconfig: join(folder, 'kubeconfig'),
    auditLog: join(folder, 'audit.log'),
    logs: join(folder, 'logs'),
    pki: join(folder, 'pki'),
    etcd: join(folder, 'etcd'),
    containerd: join(folder, 'containerd'),
    containerdSocket: join(folder, 'containerd', 'containerd.sock'),
    node: join(folder, 'node'),
  }
}

/** Says what is wrong with a name of a cluster; undefined when it is good. */
export function nameProblem(name: string): string | undefined {
  return /^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/.test(name)
    ? undefined
    : `--name: ${JSON.stringify(name)} is not a cluster's name: use up to 30 lower-case letters, digits and inner dashes`
}
