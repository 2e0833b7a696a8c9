import { createServer, type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import { once } from 'node:events'
import type { KeyPair } from './certificate-authority.ts'

export interface ProxyOptions {
  /** Address that it listens at; 127.0.0.1 unless told. */
  readonly host?: string
  /** `user:password` that it asks for. */
  readonly credentials?: string
  /** It answers every CONNECT with this status. */
  readonly refuseWith?: number
  /** It takes every CONNECT and never answers. */
  readonly isSilent?: boolean
  /** Where a name leads, `host:port` to a port of this machine: the client need not know any of them. */
  readonly names?: Readonly<Record<string, number>>
  /** It ends the TLS of its clients with this certificate, and passes on what was inside. */
  readonly intercept?: KeyPair
}

/** An HTTP proxy: CONNECT, and forwarding of plain requests. */
export interface ConnectProxy {
  readonly port: number
  readonly url: string
  /** Targets of all CONNECTs that it took, in order. */
  readonly connects: string[]
  /** Plain requests that it forwarded. */
  readonly forwarded: string[]
  /** Requests of either kind that it turned away for their credentials. */
  refusals(): number
  /** Drops all connections that run through it. */
  cut(): void
  stop(): Promise<void>
}

export async function startConnectProxy(options: ProxyOptions = {}): Promise<ConnectProxy> {
  const sockets = new Set<Socket>()
  const connects: string[] = []
  const forwarded: string[] = []
  let refusals = 0
  const wanted = options.credentials === undefined ? undefined : `Basic ${Buffer.from(options.credentials).toString('base64')}`
  const isWelcome = ({ headers }: IncomingMessage): boolean => {
    const isFine = wanted === undefined || headers['proxy-authorization'] === wanted
    if (!isFine) refusals += 1
    return isFine
  }
  const server = createServer((incoming, outgoing) => {
    if (!isWelcome(incoming)) return outgoing.writeHead(407, { 'proxy-authenticate': 'Basic' }).end()
    const { 'proxy-authorization': _, ...headers } = incoming.headers
    forwarded.push(`${incoming.method} ${incoming.url}`)
    const answer = request(new URL(incoming.url ?? ''), { method: incoming.method, headers }, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(outgoing)
    })
    answer.on('error', () => outgoing.destroy())
    return incoming.pipe(answer)
  })
  server.on('connection', (socket) => sockets.add(socket.on('close', () => sockets.delete(socket))))
  server.on('connect', (incoming: IncomingMessage, client: Socket) => {
    client.on('error', () => client.destroy())
    if (!isWelcome(incoming)) return client.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n')
    if (options.refuseWith !== undefined) return client.end(`HTTP/1.1 ${options.refuseWith} No\r\nContent-Length: 0\r\n\r\n`)
    connects.push(incoming.url ?? '')
    return options.isSilent === true ? undefined : tunnel(client, incoming.url ?? '', options)
  })
  server.listen(0, options.host ?? '127.0.0.1')
  await once(server, 'listening')
  const { port, address } = server.address() as AddressInfo
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port,
    url: `http://${options.credentials === undefined ? '' : `${options.credentials.split(':').map(encodeURIComponent).join(':')}@`}${address}:${port}`,
    connects,
    forwarded,
    refusals: () => refusals,
    cut,
    stop: async () => {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function tunnel(client: Socket, target: string, { names = {}, intercept }: ProxyOptions): void {
  const { hostname, port } = new URL(`http://${target}`)
  const server = connect(names[target] ?? Number(port), names[target] === undefined ? hostname : '127.0.0.1', () => {
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    const inner = intercept === undefined ? client : new TLSSocket(client, { isServer: true, secureContext: createSecureContext(intercept) })
    inner.on('error', () => client.destroy())
    inner.on('close', () => server.destroy())
    inner.pipe(server).pipe(inner)
  })
  server.on('error', () => client.destroy())
  server.on('close', () => client.destroy())
}
