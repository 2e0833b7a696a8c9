import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { consoleProgress } from '../cluster/progress.ts'
import { openMetadataPython } from '../referees/openmetadata.ts'

export interface Moto {
  readonly url: string
  stop(): Promise<void>
}

/** AWS as moto plays it, on a port of this machine. */
export async function startMoto(): Promise<Moto> {
  const python = await openMetadataPython(consoleProgress(process.stderr))
  const server = spawn(python, ['-W', 'ignore', '-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'], { stdio: ['ignore', 'ignore', 'pipe'] })
  let url: string | undefined
  for await (const line of createInterface({ input: server.stderr })) {
    url = /Running on (http:\S+)/.exec(line)?.[1]
    if (url !== undefined) break
  }
  if (url === undefined) throw new Error('moto did not start')
  server.stderr.resume()
  return {
    url,
    stop: async () => {
      server.kill()
      if (server.exitCode === null) await once(server, 'exit')
    },
  }
}
