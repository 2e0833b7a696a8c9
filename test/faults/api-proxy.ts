import { readFile, writeFile } from 'node:fs/promises'
import { type ClientRequest, createServer, type IncomingMessage, request as plainRequest, type ServerResponse } from 'node:http'
import { request as tlsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { parse, stringify } from 'yaml'

/** Which call to the API server is meant. */
export interface CallMatch {
  readonly method: string
  /** Tested against the path with its query. */
  readonly path: RegExp
}

/** What is said in the API server's place. */
export interface CannedAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/** A call caught in the act. */
export interface Caught {
  /** Resolves when the call is held. */
  readonly reached: Promise<void>
}

interface Trap {
  readonly match: CallMatch
  readonly when: 'before' | 'after'
  /** Calls that match and still pass. */
  skip: number
  readonly onReached: () => void
}

/**
 * Stands between the runner and the API server, and holds one chosen call: `before` it reaches the API server, or `after` the API
 * server has done it and before the runner learns of it. A runner killed at that moment is killed exactly there. It also plays what a
 * network and an API server can do to their clients: answers of its own, streams that go silent, a restart.
 */
export class ApiProxy {
  readonly #target: URL
  readonly #ca: Buffer | undefined
  readonly #server = createServer((incoming, outgoing) => this.#handle(incoming, outgoing))
  #traps: Trap[] = []
  #canned: { readonly match: CallMatch; readonly answer: CannedAnswer; left: number }[] = []
  /** Answers that run; none is passed on any more once `freeze` was called. */
  readonly #running = new Map<ServerResponse, IncomingMessage>()
  #isDown = false
  /** Every call that came, with the time it came at. */
  readonly calls: { readonly atMs: number; readonly method: string; readonly url: string }[] = []
  #rewritten: { readonly from: string; readonly to: string } | undefined
  /** Every call that came, as `GET /path`. */
  readonly passed: string[] = []

  constructor(target: string, ca: string | undefined) {
    this.#target = new URL(target)
    this.#ca = ca === undefined ? undefined : Buffer.from(ca, 'base64')
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
  }

  /** A copy of a kubeconfig that goes through this proxy. */
  async writeKubeconfig(kubeconfig: string): Promise<string> {
    const config = parse(await readFile(kubeconfig, 'utf8')) as { clusters: { name: string; cluster: object }[] }
    const { port } = this.#server.address() as AddressInfo
    for (const entry of config.clusters) entry.cluster = { 'server': `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true }
    const path = `${kubeconfig}-proxied-${port}`
    await writeFile(path, stringify(config), { mode: 0o600 })
    return path
  }

  /** Who comes through here means another object than he says: in paths and bodies of calls one name stands for another. */
  rewrite(from: string, to: string): void {
    this.#rewritten = { from, to }
  }

  /** Holds the next call that matches, for ever; or one after it, when so many are to pass. */
  catch(match: CallMatch, when: 'before' | 'after', skip = 0): Caught {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#traps.push({ match, when, skip, onReached: resolve })
    return { reached: promise }
  }

  /** Answers the next calls that match itself. */
  answer(match: CallMatch, answer: CannedAnswer, times = 1): void {
    this.#canned.push({ match, answer, left: times })
  }

  /** Lets every call pass from now on. */
  clear(): void {
    this.#traps = []
    this.#canned = []
  }

  /** Every answer that runs now goes silent for ever, its connection open: what a lost network path looks like. */
  freeze(): void {
    for (const [outgoing, answer] of this.#running) answer.unpipe(outgoing)
  }

  /** The API server is gone: what runs is cut, what comes is cut, until `comeBack`. */
  goDown(): void {
    this.#isDown = true
    this.#server.closeAllConnections()
  }

  comeBack(): void {
    this.#isDown = false
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  #handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    this.calls.push({ atMs: performance.now(), method: incoming.method ?? '', url: incoming.url ?? '' })
    if (this.#isDown) return void incoming.destroy()
    const canned = this.#takeCanned(incoming)
    if (canned !== undefined) return void outgoing.writeHead(canned.status, canned.headers).end(canned.body)
    this.passed.push(`${incoming.method} ${incoming.url}`)
    const trap = this.#take(incoming)
    if (trap?.when === 'before') return trap.onReached()
    const send = this.#target.protocol === 'https:' ? tlsRequest : plainRequest
    const forwarded = send(
      new URL(this.#rewrite(incoming.url ?? '/'), this.#target),
      { method: incoming.method, headers: { ...incoming.headers, host: this.#target.host }, ca: this.#ca },
      (answer) => {
        if (trap !== undefined) {
          answer.resume().on('end', trap.onReached)
          return
        }
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        outgoing.flushHeaders()
        this.#running.set(outgoing, answer)
        answer.pipe(outgoing)
      },
    )
    forwarded.on('error', () => outgoing.destroy())
    outgoing.on('close', () => {
      this.#running.delete(outgoing)
      forwarded.destroy()
    })
    if (this.#rewritten === undefined) incoming.pipe(forwarded)
    else void this.#forwardRewritten(incoming, forwarded)
  }

  async #forwardRewritten(incoming: IncomingMessage, forwarded: ClientRequest): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    forwarded.end(this.#rewrite(Buffer.concat(chunks).toString('utf8')))
  }

  /** The names are equally long, so that a body keeps its length. */
  #rewrite(text: string): string {
    return this.#rewritten === undefined ? text : text.replaceAll(this.#rewritten.from, this.#rewritten.to)
  }

  #takeCanned(incoming: IncomingMessage): CannedAnswer | undefined {
    const meant = this.#canned.find(({ match }) => match.method === incoming.method && match.path.test(incoming.url ?? ''))
    if (meant !== undefined && --meant.left <= 0) this.#canned = this.#canned.filter((one) => one !== meant)
    return meant?.answer
  }

  #take(incoming: IncomingMessage): Trap | undefined {
    const index = this.#traps.findIndex(({ match }) => match.method === incoming.method && match.path.test(incoming.url ?? ''))
    const trap = this.#traps[index]
    if (trap === undefined || trap.skip-- > 0) return undefined
    return this.#traps.splice(index, 1)[0]
  }
}
