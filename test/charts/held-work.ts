import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Cluster } from '../cluster/cluster.ts'
import { RUNNER_IMAGE_VALUES } from '../image/runner-image.ts'

/** Work in the cluster that goes on until the test says so: its pod asks an address of this machine and ends with the answer. */
export interface HeldWork {
  /** Of a pod that does it, with the runner's image, which has Node. */
  readonly container: { readonly name: string; readonly image: string; readonly command: readonly string[] }
  /** Resolves when the pod has asked. */
  readonly begun: Promise<void>
  /** Lets it end well. */
  finish(): void
  stop(): Promise<void>
}

export async function heldWork(cluster: Cluster): Promise<HeldWork> {
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>()
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const server = createServer((_, response) => {
    begin()
    void finished.then(() => response.end())
  })
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve))
  const address = `http://${cluster.hostIp}:${(server.address() as AddressInfo).port}`
  return {
    container: {
      name: 'main',
      image: `${RUNNER_IMAGE_VALUES.repository}:${RUNNER_IMAGE_VALUES.tag}`,
      command: ['/usr/local/bin/node', '-e', `fetch(${JSON.stringify(address)}).then((answer) => process.exit(answer.ok ? 0 : 1))`],
    },
    begun,
    finish,
    stop: async () => {
      finish()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
