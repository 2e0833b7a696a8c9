import { z } from 'zod'
import { parsed, variable } from '../../compiler/policy/variable.ts'
import { err, ok } from '../../compiler/result.ts'
import type { CaFile } from './extra-cas.ts'
import type { ProxySettings } from './proxy.ts'

export interface NetworkConfig {
  readonly proxies: ProxySettings
  readonly caFiles: readonly CaFile[]
}

/** As curl does, an address without a scheme is one of a plain proxy. The message never shows the value: it may hold a password. */
const proxyAddress = parsed<string>((text) => {
  const address = text.includes('://') ? text : `http://${text}`
  const url = URL.parse(address)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '')
    return err('must be the address of an HTTP proxy: http://<user>:<password>@<host>:<port>, with the password percent-encoded')
  return isDecodable(url.username) && isDecodable(url.password) ? ok(address) : err('has a user name or password that is not percent-encoded: write % as %25')
})

function isDecodable(text: string): boolean {
  try {
    return decodeURIComponent(text) !== undefined
  } catch {
    return false
  }
}

/** The variables of the ways out, under the names that other programs read, too. */
export const networkVariables = {
  HTTPS_PROXY: variable(
    proxyAddress.optional(),
    'Proxy for `https` and `wss` addresses (also `https_proxy`, which goes first): `http://<user>:<password>@<host>:<port>`. Not for the Kubernetes API.',
    { fallback: 'none', mayHoldSecret: true },
  ),
  HTTP_PROXY: variable(proxyAddress.optional(), 'Proxy for `http` and `ws` addresses (also `http_proxy`, which goes first).', {
    fallback: 'none',
    mayHoldSecret: true,
  }),
  NO_PROXY: variable(
    z.string().default(''),
    'Hosts reached without a proxy (also `no_proxy`, which goes first): names with all below them, addresses, ranges such as `10.0.0.0/8`, each with a port or without, `*` for all; separated by commas.',
    { fallback: 'none' },
  ),
  EXTRA_CA_FILE: variable(
    z.string().optional(),
    "A file with the CA certificates (PEM) of a proxy that opens TLS, or of Collate's own; trusted beside the public ones. Read again when it changes.",
    { fallback: 'none' },
  ),
  NODE_EXTRA_CA_CERTS: variable(z.string().optional(), 'Another such file, under the name that Node has for it.', { fallback: 'none' }),
}

/** Names in lower case go first, as in curl; those in capitals are what containers usually have. */
export function withLowerCase(present: Readonly<Record<string, string>>): Record<string, string> {
  const lower = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'].flatMap((name) => {
    const value = present[name.toLowerCase()]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...present, ...Object.fromEntries(lower) }
}

const networkShape = z.object(networkVariables)

export function networkConfig(own: z.infer<typeof networkShape>): NetworkConfig {
  return { proxies: { httpProxy: own.HTTP_PROXY, httpsProxy: own.HTTPS_PROXY, noProxy: own.NO_PROXY }, caFiles: caFilesOf(own) }
}

/** The files with CA certificates that an environment names; an empty variable names none. */
export function caFilesOf(environment: Readonly<Record<string, unknown>>): CaFile[] {
  return ['EXTRA_CA_FILE', 'NODE_EXTRA_CA_CERTS'].flatMap((variable) => {
    const path = environment[variable]
    return typeof path === 'string' && path !== '' ? [{ variable, path }] : []
  })
}
