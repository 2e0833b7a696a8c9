import { kubectlProgram } from '../charts/helm.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { NODE_NAME } from '../cluster/kubelet.ts'
import { run } from '../cluster/shell.ts'

/** What an operator gives to drain a node with ingestion pods on it: they are pods without a controller, and hold scratch space. */
const AS_DOCUMENTED = ['--force', '--ignore-daemonsets', '--delete-emptydir-data']

/** `kubectl drain` of the cluster's node, by the real kubectl. Throws CommandError as it does. */
export async function drainNode({ kubeconfigPath }: Cluster, args: readonly string[] = AS_DOCUMENTED, more: readonly string[] = []): Promise<string> {
  return run(await kubectlProgram(), ['--kubeconfig', kubeconfigPath, 'drain', NODE_NAME, ...args, ...more])
}

export async function uncordonNode({ kubeconfigPath }: Cluster): Promise<void> {
  await run(await kubectlProgram(), ['--kubeconfig', kubeconfigPath, 'uncordon', NODE_NAME])
}
