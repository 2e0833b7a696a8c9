import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { PATIENCE_MS } from '../cluster/waiting.ts'

/** Where programs in pods wait until the test lets them go on: what lives just so many seconds may be over before a busy machine has looked. */
export interface Gate {
  /** For `simulate.waitAt`. Who asks gets his answer once the gate is open. */
  readonly url: string
  /** Resolves when the first one waits, or has passed; rejects when nobody comes. */
  reached(): Promise<void>
  /** Lets all go on that wait, and all that come later. */
  open(): void
}

interface Waiting {
  readonly reached: PromiseWithResolvers<void>
  readonly opened: PromiseWithResolvers<void>
}

/** All gates of a place, behind one port of this machine. */
export class Gates {
  readonly #hostIp: string
  readonly #waiting = new Map<string, Waiting>()
  #server: Promise<Server> | undefined

  /** @param hostIp this machine, as pods see it */
  constructor(hostIp: string) {
    this.#hostIp = hostIp
  }

  /** A new one, closed. */
  async gate(): Promise<Gate> {
    this.#server ??= listening((request, response) => {
      const waiting = this.#waiting.get(request.url ?? '')
      waiting?.reached.resolve()
      void waiting?.opened.promise.then(() => response.end())
    })
    const path = `/${randomUUID()}`
    const waiting = { reached: Promise.withResolvers<void>(), opened: Promise.withResolvers<void>() }
    this.#waiting.set(path, waiting)
    const { port } = (await this.#server).address() as AddressInfo
    return { url: `http://${this.#hostIp}:${port}${path}`, reached: async () => inTime(waiting.reached.promise), open: waiting.opened.resolve }
  }

  async stop(): Promise<void> {
    const server = await this.#server
    server?.closeAllConnections()
    server?.close()
  }
}

async function inTime(reached: Promise<void>): Promise<void> {
  const isOver = new AbortController()
  const late = delay(PATIENCE_MS, undefined, { signal: isOver.signal, ref: false }).then(() => {
    throw new Error(`nobody came to the gate within ${PATIENCE_MS / 1000} seconds`)
  })
  late.catch(() => undefined)
  await Promise.race([reached, late])
  isOver.abort()
}

async function listening(listener: RequestListener): Promise<Server> {
  const server = createServer(listener)
  await once(server.listen(0, '0.0.0.0'), 'listening')
  return server
}
