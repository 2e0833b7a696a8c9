/** What runs the pods: pods and CronJobs of the runner's own, or the Workflows and CronWorkflows of Argo. */
export const EXECUTORS = ['simpleK8s', 'argo'] as const

export type Executor = (typeof EXECUTORS)[number]

/** What people call it. */
export const EXECUTOR_TITLES: Readonly<Record<Executor, string>> = { simpleK8s: 'Simple Kubernetes', argo: 'Argo' }

export function otherExecutor(executor: Executor): Executor {
  return executor === 'argo' ? 'simpleK8s' : 'argo'
}
