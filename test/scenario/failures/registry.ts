import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Cluster } from '../../cluster/cluster.ts'
import { namespaceHolderOf } from '../../cluster/running-daemons.ts'

/** A registry on the loopback device of the cluster's node, the one address that container runtimes speak to without TLS. */
export interface Registry {
  /** `localhost:<port>` */
  readonly host: string
  stop(): Promise<void>
}

/** Below `open/` there is nothing, below `closed/` nobody is let in. */
export async function startRegistry(cluster: Cluster): Promise<Registry> {
  const pid = await namespaceHolderOf(cluster)
  const program = join(import.meta.dirname, 'registry-program.ts')
  const child = spawn('nsenter', ['--target', String(pid), '--net', '--', process.execPath, program], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  const ended = async (): Promise<never> => {
    const [code] = (await exit) as [number | null]
    throw new Error(`the registry ended before it listened, with ${code}`)
  }
  const [port] = (await Promise.race([once(lines, 'line'), ended()])) as [string]
  return {
    host: `localhost:${port}`,
    stop: async () => {
      child.stdin.end()
      await exit
    },
  }
}
