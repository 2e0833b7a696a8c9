import type { Executor } from '../../compiler/policy/executor.ts'
import type { Cluster } from './cluster.ts'
import { isClusterError } from './cluster-error.ts'

const RETRY_MS = 1_000

export interface WorkflowQuestion {
  readonly cluster: Cluster
  readonly executor: Executor
  readonly labelSelector: string
  readonly signal: AbortSignal
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

/**
 * Whether the runner is to watch Argo's Workflows: always under Argo, and under the other executor while there are some of its own, or
 * CronWorkflows that start some. In this order: a Workflow that starts in between is seen, though its CronWorkflow goes.
 */
export async function needsWorkflows(question: WorkflowQuestion): Promise<boolean> {
  if (question.executor === 'argo') return true
  return (await presenceOf('cronworkflows', question)) === 'some' || (await presenceOf('workflows', question)) === 'some'
}

/** Asks until it is known. A cluster without Argo, or a Role without the right to list them, has `none`. */
export async function presenceOf(
  kind: 'cronworkflows' | 'workflows',
  { cluster, labelSelector, signal, sleep }: Pick<WorkflowQuestion, 'cluster' | 'labelSelector' | 'signal' | 'sleep'>,
): Promise<'none' | 'empty' | 'some'> {
  for (;;) {
    try {
      return (await cluster.list(kind, { labelSelector, limit: 1 })).items.length > 0 ? 'some' : 'empty'
    } catch (error) {
      if (isClusterError(error, 'NotFound', 'Forbidden', 'Rejected')) return 'none'
      if (!isClusterError(error) || signal.aborted) throw error
      await sleep(RETRY_MS, signal)
    }
  }
}
