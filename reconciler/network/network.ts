import { createSecureContext, getCACertificates, type SecureContext, type SecureContextOptions } from 'node:tls'
import { type ProxySettings, proxyFor } from './proxy.ts'
import type { ExtraCas } from './extra-cas.ts'

/** How the runner reaches what lies outside: through which proxy, and whom it trusts there. Asked anew for each connection. */
export interface Network {
  /** undefined when the address is reached directly. */
  proxyFor(address: string): string | undefined
  /** Certificates that are trusted beside those a connection would trust anyway, as PEM. */
  extraCas(): readonly string[]
}

/** No proxy, and the certificates that Node trusts. */
export const DIRECT: Network = { proxyFor: () => undefined, extraCas: () => [] }

export function networkOf(proxies: ProxySettings, extraCas: ExtraCas): Network {
  return { proxyFor: (address) => proxyFor(address, proxies), extraCas: () => extraCas.current() }
}

/** The TLS material of a connection: its own, and the extra certificates beside its CA or, when it names none, beside Node's. */
export function secureContextOf(own: Pick<SecureContextOptions, 'ca' | 'cert' | 'key' | 'passphrase'>, extraCas: readonly string[]): SecureContext {
  return createSecureContext(extraCas.length === 0 ? own : { ...own, ca: [...(own.ca === undefined ? nodesOwnCas() : [own.ca].flat()), ...extraCas] })
}

/** Without those of NODE_EXTRA_CA_CERTS, which Node has read once at its start: the file may hold others by now. */
function nodesOwnCas(): string[] {
  const readAtStart = new Set(getCACertificates('extra'))
  return getCACertificates('default').filter((certificate) => !readAtStart.has(certificate))
}
