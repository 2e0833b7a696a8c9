import type { ControlPlane } from '../../reconciler/link/control-plane.ts'
import { jsonRpcControlPlane } from '../../reconciler/link/json-rpc-control-plane.ts'
import { PROTOCOL_VERSIONS } from '../../reconciler/link/protocol.ts'
import { reconnectBackoff } from '../../reconciler/link/reconnect.ts'
import { sleep } from '../../reconciler/queue/sleep.ts'
import { startCollate } from '../collate/client.ts'
import { Changes } from '../support/changes.ts'

/** Real links to the reference server, which goes away for a while. Gives when each was back, in milliseconds after the server was. */
export async function realComeback(runners: number, downMs: number, delaySeconds: number): Promise<readonly number[]> {
  const collate = await startCollate({ serverVersion: '1.11.1', heartbeatIntervalMs: 60_000 })
  const changes = new Changes()
  const connectedAtMs: number[] = []
  const nothing = (): void => undefined
  const links: ControlPlane[] = Array.from({ length: runners }, (_, index) =>
    jsonRpcControlPlane(
      {
        url: collate.linkUrl(`runner-${index}`),
        token: { current: () => collate.tokens['runner'] ?? '', reread: async () => false },
        hello: { agentId: `runner-${index}`, runnerVersion: '0', protocolVersions: [...PROTOCOL_VERSIONS], executor: 'simple', capabilities: [] },
        backoff: reconnectBackoff(delaySeconds),
        activity: () => ({ activeRuns: 0, queuedRuns: 0 }),
        log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
        random: Math.random,
        now: Date.now,
        sleep,
      },
      {
        onRequest: async () => ({ code: 200, platform: 'Hybrid' }),
        onConnected: () => {
          connectedAtMs.push(performance.now())
          changes.notify()
        },
        onDisconnected: nothing,
      },
    ),
  )
  try {
    for (const link of links) link.start()
    await changes.until(() => connectedAtMs.length === runners)
    connectedAtMs.length = 0
    await collate.stopListening()
    await new Promise((resolve) => setTimeout(resolve, downMs))
    const backMs = performance.now()
    await collate.listenAgain()
    await changes.until(() => connectedAtMs.length === runners)
    return connectedAtMs.map((atMs) => atMs - backMs)
  } finally {
    await Promise.all(links.map(async (link) => link.stop('the measurement is over')))
    await collate.stop()
  }
}
