import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Cluster } from '../../cluster/cluster.ts'
import { processesOf } from '../../cluster/cgroups.ts'

/** A registry on the loopback device of the cluster's node, the one address that container runtimes speak to without TLS. */
export interface Registry {
  /** `localhost:<port>` */
  readonly host: string
  stop(): Promise<void>
}

/** Below `open/` there is nothing, below `closed/` nobody is let in. */
export async function startRegistry({ name }: Cluster): Promise<Registry> {
  const [pid] = await processesOf(name, 'daemons')
  if (pid === undefined) throw new Error(`cluster ${name} has no process of its own`)
  const program = join(import.meta.dirname, 'registry-program.ts')
  const child = spawn('nsenter', ['--target', String(pid), '--net', '--', process.execPath, program], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  const first = await Promise.race([once(lines, 'line'), exit.then(() => ['the registry ended before it listened'])])
  return {
    host: `localhost:${String(first[0])}`,
    stop: async () => {
      child.stdin.end()
      await exit
    },
  }
}
