import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import type { KubernetesRelease } from './versions.ts'
import { clusterPaths, clustersFolder } from './folders.ts'

export type NodeKind = 'kubelet' | 'kwok' | 'none'

/** Without Argo, with its minimal resource definitions, or with such that let the API server check every field. */
export type ArgoChoice = boolean | 'full-schemas'

/** What is known of a cluster that was started here; it lies in the cluster's folder. */
export interface ClusterState {
  readonly name: string
  readonly nodes: NodeKind
  readonly kubernetes: KubernetesRelease
  readonly argo: ArgoChoice
  readonly auditLog: boolean
  readonly network: number
  /** `starting` until all parts answer. A cluster found so, with nobody starting it, is the remains of a crash. */
  readonly phase: 'starting' | 'running'
  readonly startedAt: string
}

/** State of a cluster; undefined when there is none or when it cannot be read, as after a crash. */
export async function readState(name: string): Promise<ClusterState | undefined> {
  try {
    return { kubernetes: 'default', ...(JSON.parse(await readFile(clusterPaths(name).state, 'utf8')) as Omit<ClusterState, 'kubernetes'>) }
  } catch {
    return undefined
  }
}

/** Writes a cluster's state as a whole, never in part. */
export async function writeState(state: ClusterState): Promise<void> {
  const paths = clusterPaths(state.name)
  await mkdir(paths.folder, { recursive: true, mode: 0o711 })
  await writeFile(`${paths.state}.new`, `${JSON.stringify(state, undefined, 2)}\n`)
  await rename(`${paths.state}.new`, paths.state)
}

/** Names of all clusters that have a folder. */
export async function clusterNames(): Promise<readonly string[]> {
  return (await readdir(clustersFolder()).catch(() => [])).toSorted()
}
