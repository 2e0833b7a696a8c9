import { Agent } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { type Network, secureContextOf } from './network.ts'
import { encrypt, openTunnel } from './tunnel.ts'

/** An agent of Node's own for libraries that take one: it reaches https addresses as the network says, through its proxies and with its CAs. */
export function agentFor(network: Network, timeoutMs: number): Agent {
  const agent = new Agent({ keepAlive: false })
  agent.createConnection = (options, callback) => {
    const host = options.host ?? options.hostname ?? 'localhost'
    const port = Number(options.port ?? 443)
    const address = `https://${host.includes(':') ? `[${host}]` : host}:${port}`
    const proxy = network.proxyFor(address)
    if (proxy === undefined) return direct(host, port, network)
    openTunnel(address, proxy, network, timeoutMs).then(
      (socket) => callback?.(null, socket),
      (error: Error) => callback?.(error, undefined as never),
    )
    return undefined
  }
  return agent
}

function direct(host: string, port: number, network: Network): TLSSocket {
  return encrypt({ port }, host, secureContextOf({}, network.extraCas()))
}
