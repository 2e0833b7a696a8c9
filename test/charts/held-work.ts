import type { Cluster } from '../cluster/cluster.ts'
import { RUNNER_IMAGE_VALUES } from '../image/runner-image.ts'
import { Gates } from '../scenario/gates.ts'

/** Work in the cluster that goes on until the test says so: its pod asks an address of this machine and ends with the answer. */
export interface HeldWork {
  /** Of a pod that does it, with the runner's image, which has Node. */
  readonly container: { readonly name: string; readonly image: string; readonly command: readonly string[] }
  /** Resolves when the pod has asked. */
  begun(): Promise<void>
  /** Lets it end well. */
  finish(): void
  stop(): Promise<void>
}

export async function heldWork(cluster: Cluster): Promise<HeldWork> {
  const gates = new Gates(cluster.hostIp)
  const { url, reached, open } = await gates.gate()
  return {
    container: {
      name: 'main',
      image: `${RUNNER_IMAGE_VALUES.repository}:${RUNNER_IMAGE_VALUES.tag}`,
      command: ['/usr/local/bin/node', '-e', `fetch(${JSON.stringify(url)}).then((answer) => process.exit(answer.ok ? 0 : 1))`],
    },
    begun: reached,
    finish: open,
    stop: async () => {
      open()
      await gates.stop()
    },
  }
}
