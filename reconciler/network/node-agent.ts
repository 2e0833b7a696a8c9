import { Agent } from 'node:https'
import type { Socket } from 'node:net'
import { type Network, secureContextOf } from './network.ts'
import { encrypt, openTunnel } from './tunnel.ts'

/** An agent of Node's own for libraries that take one: it reaches https addresses as the network says, through its proxies and with its CAs. */
export function agentFor(network: Network, timeoutMs: number): Agent {
  const agent = new Agent({ keepAlive: false })
  agent.createConnection = (options, done) => {
    const host = options.host ?? options.hostname ?? 'localhost'
    const port = Number(options.port ?? 443)
    const address = `https://${host.includes(':') ? `[${host}]` : host}:${port}`
    const proxy = network.proxyFor(address)
    if (proxy === undefined) return encrypt({ port }, host, secureContextOf({}, network.extraCas()))
    void handOver(openTunnel(address, proxy, network, timeoutMs), (error, socket) => done?.(error, socket as Socket))
    return undefined
  }
  return agent
}

/** Node asks for its sockets by a callback. */
async function handOver(opening: Promise<Socket>, done: (error: Error | null, socket?: Socket) => void): Promise<void> {
  let socket: Socket
  try {
    socket = await opening
  } catch (error) {
    return done(error instanceof Error ? error : new Error(String(error)))
  }
  return done(null, socket)
}
