import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { createServer } from 'node:tls'
import type { KeyPair } from './certificate-authority.ts'

/** A server's encrypted front: ends TLS and passes on to a plain port of this machine. Gives its port. */
export async function startTlsFront(certificate: KeyPair, plainPort: number): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const server = createServer(certificate, (client) => {
    const inner = connect(plainPort, '127.0.0.1')
    for (const [one, other] of [
      [client, inner],
      [inner, client],
    ] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
      one.pipe(other)
    }
  })
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, stop: async () => void server.close() }
}
