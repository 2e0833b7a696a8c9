import { kubectlProgram } from '../charts/helm.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { NODE_NAME } from '../cluster/kubelet.ts'
import { run } from '../cluster/shell.ts'

/** `kubectl drain` of the cluster's node, by the real kubectl, with no flag that pods of ours would need. Throws CommandError as it does. */
export async function drainNode({ kubeconfigPath }: Cluster, args: readonly string[] = []): Promise<string> {
  return run(await kubectlProgram(), ['--kubeconfig', kubeconfigPath, 'drain', NODE_NAME, '--ignore-daemonsets', ...args])
}

export async function uncordonNode({ kubeconfigPath }: Cluster): Promise<void> {
  await run(await kubectlProgram(), ['--kubeconfig', kubeconfigPath, 'uncordon', NODE_NAME])
}
