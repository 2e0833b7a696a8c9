import type { SecureContextOptions } from 'node:tls'
import { Agent, type Dispatcher, ProxyAgent } from 'undici'
import { type Network, secureContextOf } from './network.ts'

/** Where connections go, and how. */
export interface Target {
  readonly server: string
  readonly proxy: string | undefined
  /** TLS of the server alone; what it trusts beside comes from the network. */
  readonly tls?: Readonly<Record<string, string | boolean>>
}

export interface HttpPoolOptions {
  readonly network: Network
  readonly connectTimeoutMs: number
  /** At once to one server. */
  readonly connections: number
}

/**
 * Kept-alive connections to one server. A change of the address, the proxy, a certificate or a CA makes a new set; what runs over
 * the old one ends in peace.
 */
export class HttpPool {
  readonly #options: HttpPoolOptions
  #current: { readonly key: string; readonly dispatcher: Dispatcher } | undefined

  constructor(options: HttpPoolOptions) {
    this.#options = options
  }

  dispatcher(target: Target): Dispatcher {
    const extraCas = this.#options.network.extraCas()
    const key = JSON.stringify([target, extraCas])
    if (this.#current?.key !== key) {
      void this.#current?.dispatcher.close()
      this.#current = { key, dispatcher: this.#connect(target, extraCas) }
    }
    return this.#current.dispatcher
  }

  #connect({ proxy, tls = {} }: Target, extraCas: readonly string[]): Dispatcher {
    const { connectTimeoutMs: timeout, connections } = this.#options
    const { ca, cert, key, passphrase, ...rest } = tls
    const own = Object.fromEntries(Object.entries({ ca, cert, key, passphrase }).filter(([, value]) => value !== undefined)) as SecureContextOptions
    const server = { ...rest, secureContext: secureContextOf(own, extraCas) }
    if (proxy === undefined) return new Agent({ connect: { ...server, timeout, keepAlive: true }, connections })
    return new ProxyAgent({ uri: proxy, requestTls: server, proxyTls: { secureContext: secureContextOf({}, extraCas) }, connectTimeout: timeout, connections })
  }
}
