import { isIP, type Socket } from 'node:net'
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls'
import { Client } from 'undici'
import { type Network, secureContextOf } from './network.ts'
import { proxyName } from './proxy.ts'

/**
 * A connection to the host of an address (`ws`, `wss`, `http`, `https`), through the proxy that the network names for it (HTTP
 * CONNECT, also for unencrypted addresses: a proxy that forwards need not know WebSockets), encrypted when the address is.
 *
 * Rejects with an error that names the proxy and the status of its answer, and never its credentials.
 */
export async function openTunnel(address: string, proxy: string, network: Network, timeoutMs: number): Promise<Socket> {
  const { hostname, port, protocol } = new URL(address)
  const isSecure = protocol === 'wss:' || protocol === 'https:'
  const secureContext = secureContextOf({}, network.extraCas())
  const path = `${hostname}:${port === '' ? (isSecure ? 443 : 80) : port}`
  const client = new Client(new URL(proxy).origin, { connect: { secureContext, timeout: timeoutMs } })
  const headers = { host: path, ...credentialsOf(proxy) }
  const { statusCode, socket } = await client.connect({ path, headers, signal: AbortSignal.timeout(timeoutMs) }).catch((error: unknown) => {
    void client.destroy()
    throw new Error(`the proxy ${proxyName(proxy)} cannot be reached: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  })
  void client.close()
  if (statusCode !== 200) {
    socket.destroy()
    const why = statusCode === 407 ? 'it wants other credentials' : 'it does not connect'
    throw new Error(`the proxy ${proxyName(proxy)} answered HTTP ${statusCode} for ${path}: ${why}`)
  }
  const plain = socket as Socket
  return isSecure ? encrypt({ socket: plain }, hostname, secureContext) : plain
}

/** TLS to a host, whose certificate must be its own. An IP address is not named in the handshake (RFC 6066). */
export function encrypt(way: { readonly socket: Socket } | { readonly port: number }, hostname: string, secureContext: SecureContext): TLSSocket {
  const host = hostname.replace(/^\[(.+)\]$/, '$1')
  return connectTls({ ...way, secureContext, host, servername: isIP(host) === 0 ? host : '' })
}

function credentialsOf(proxy: string): Record<string, string> {
  const { username, password } = new URL(proxy)
  if (username === '' && password === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` }
}
