import { lookup } from 'node:dns/promises'
import { connect } from 'node:net'
import { once } from 'node:events'
import type { TLSSocket } from 'node:tls'
import { encrypt, openTunnel } from '../network/tunnel.ts'
import { type Network, secureContextOf } from '../network/network.ts'
import { proxyName } from '../network/proxy.ts'
import { type Check, fail, type Judgement, ok, warn } from './finding.ts'

const TIMEOUT_MS = 8_000
const DAY_MS = 86_400_000
/** A certificate that is renewed by a machine is renewed by then. */
const SOON_DAYS = 14

/** The way to an address of Collate: its name, the proxy, and whom the encryption trusts. Where there is none, the configuration's own warning says so. */
export function networkChecks(what: string, address: string, network: Network, now: () => number): Check[] {
  const proxy = network.proxyFor(address)
  return [
    proxy === undefined ? dnsCheck(what, new URL(address).hostname) : proxyCheck(what, address, proxy, network),
    ...(isEncrypted(address) ? [tlsCheck(what, address, network, now)] : []),
  ]
}

export function isEncrypted(address: string): boolean {
  return ['https:', 'wss:'].includes(new URL(address).protocol)
}

function tlsCheck(what: string, address: string, network: Network, now: () => number): Check {
  return {
    name: `tls ${what}`,
    remedy: 'see whether a firewall or a proxy lets the runner out to this address',
    run: async () => judgeTls(address, network.proxyFor(address), network, now()),
  }
}

function dnsCheck(what: string, hostname: string): Check {
  return {
    name: `dns ${what}`,
    remedy: `see whether the host is spelt right, and whether pods of this cluster can look up names outside it`,
    run: async () => {
      const addresses = await lookup(hostname.replace(/^\[(.+)\]$/, '$1'), { all: true })
      return [ok(`${hostname} is ${addresses.map(({ address }) => address).join(', ')}`)]
    },
  }
}

function proxyCheck(what: string, address: string, proxy: string, network: Network): Check {
  return {
    name: `proxy ${what}`,
    remedy: 'check HTTPS_PROXY, HTTP_PROXY and NO_PROXY, and what the proxy lets through',
    run: async () => {
      const { protocol, host } = new URL(address)
      const plain = `${protocol === 'https:' || protocol === 'wss:' ? 'http' : protocol.slice(0, -1)}://${host}${portOf(address)}`
      const socket = await openTunnel(plain, proxy, network, TIMEOUT_MS)
      socket.destroy()
      return [ok(`${proxyName(proxy)} connects to ${host}`)]
    },
  }
}

/** The port that the address means without saying so; the tunnel of an unencrypted address would mean another. */
function portOf(address: string): string {
  const { port, protocol } = new URL(address)
  return port !== '' ? '' : protocol === 'https:' || protocol === 'wss:' ? ':443' : ':80'
}

async function judgeTls(address: string, proxy: string | undefined, network: Network, nowMs: number): Promise<Judgement[]> {
  const socket = await openTls(address, proxy, network).catch((error: unknown) => error)
  if (socket instanceof Error) return [judgeTlsError(socket)]
  const certificate = (socket as TLSSocket).getPeerCertificate()
  const encryption = (socket as TLSSocket).getProtocol() ?? ''
  ;(socket as TLSSocket).destroy()
  const days = Math.floor((new Date(certificate.valid_to).getTime() - nowMs) / DAY_MS)
  const issuer = certificate.issuer.O ?? certificate.issuer.CN ?? 'an unnamed authority'
  const text = `${encryption}, certificate of ${[issuer].flat().join(', ')}, good for ${days} more days`
  return [days < SOON_DAYS ? warn(text, 'have the certificate of Collate, or of the proxy that opens TLS, renewed') : ok(text)]
}

async function openTls(address: string, proxy: string | undefined, network: Network): Promise<TLSSocket> {
  const { hostname, port } = new URL(address)
  const socket =
    proxy === undefined
      ? encrypt({ socket: connect(port === '' ? 443 : Number(port), hostname.replace(/^\[(.+)\]$/, '$1')) }, hostname, secureContextOf({}, network.extraCas()))
      : ((await openTunnel(address, proxy, network, TIMEOUT_MS)) as TLSSocket)
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error(`no TLS within ${TIMEOUT_MS / 1000} seconds`)))
  await once(socket, 'secureConnect')
  return socket
}

const UNTRUSTED = /SELF_SIGNED|UNABLE_TO_|CERT_UNTRUSTED|INVALID_CA/

function judgeTlsError(error: NodeJS.ErrnoException): Judgement {
  const { code = '', message } = error
  const text = code === '' || message.includes(code) ? message : `${message} (${code})`
  if (UNTRUSTED.test(code)) return fail(text, 'give the CA of Collate, or of the proxy that opens TLS, as a PEM file in EXTRA_CA_FILE')
  if (code === 'CERT_HAS_EXPIRED') return fail(text, 'have the certificate renewed, and check the clock of this node')
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return fail(text, 'the certificate is that of another host: check the host in SERVER_URL and SERVER_HOST_API_URL')
  return fail(text || code, 'see whether a firewall or a proxy lets the runner out to this address')
}
