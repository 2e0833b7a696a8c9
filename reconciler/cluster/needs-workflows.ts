import type { Executor } from '../../compiler/policy/executor.ts'
import type { Cluster } from './cluster.ts'
import { isClusterError } from './cluster-error.ts'

const RETRY_MS = 1_000

export interface WorkflowQuestion {
  readonly cluster: Cluster
  readonly executor: Executor
  readonly labelSelector: string
  /** A run that has not ended has no pod: it may have been started as a Workflow before the executor was switched. */
  readonly hasUnstartedRun: () => boolean
  readonly signal: AbortSignal
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

/**
 * Whether the runner is to watch Argo's Workflows: always under Argo, and under the other executor while there are some of its own.
 * A cluster without Argo, or a Role without the right to list Workflows, has none.
 */
export async function needsWorkflows({ cluster, executor, labelSelector, hasUnstartedRun, signal, sleep }: WorkflowQuestion): Promise<boolean> {
  if (executor === 'argo') return true
  if (!hasUnstartedRun()) return false
  for (;;) {
    try {
      return (await cluster.list('workflows', { labelSelector, limit: 1 })).items.length > 0
    } catch (error) {
      if (isClusterError(error, 'NotFound', 'Forbidden', 'Rejected')) return false
      if (!isClusterError(error) || signal.aborted) throw error
      await sleep(RETRY_MS, signal)
    }
  }
}
