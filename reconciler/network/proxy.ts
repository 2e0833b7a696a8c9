import { BlockList, isIP } from 'node:net'

/** The proxies of the environment, as addresses; they may hold credentials. */
export interface ProxySettings {
  readonly httpProxy: string | undefined
  readonly httpsProxy: string | undefined
  readonly noProxy: string
}

/** The proxy for an address (http, https, ws or wss); undefined when it is reached directly. */
export function proxyFor(address: string, { httpProxy, httpsProxy, noProxy }: ProxySettings): string | undefined {
  const url = new URL(address)
  const isSecure = url.protocol === 'https:' || url.protocol === 'wss:'
  const proxy = isSecure ? httpsProxy : httpProxy
  return proxy === undefined || isExcepted(hostOf(url), url.port === '' ? (isSecure ? 443 : 80) : Number(url.port), noProxy) ? undefined : proxy
}

/**
 * `NO_PROXY` as curl, Go and Kubernetes' own programs read it: names and what lies below them (with or without a leading `.` or
 * `*.`), addresses, ranges in CIDR form, each with a port or without, and `*` for everything. Commas or blanks lie between them.
 */
function isExcepted(host: string, port: number, noProxy: string): boolean {
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const { name, port: onlyPort } = entryOf(entry)
      if (onlyPort !== undefined && onlyPort !== port) return false
      return name === '*' || (name.includes('/') ? isInRange(host, name) : isNameOrBelow(host, name))
    })
}

function entryOf(entry: string): { readonly name: string; readonly port: number | undefined } {
  const bracketed = /^\[(.+)\](?::(\d+))?$/.exec(entry)
  const plain = /^([^:]+)(?::(\d+))?$/.exec(entry)
  const [, name = entry, port] = bracketed ?? plain ?? []
  return { name, port: port === undefined ? undefined : Number(port) }
}

/** `*.name` and `.name` mean what lies below; a bare name means itself, too, and an address only itself. */
function isNameOrBelow(host: string, name: string): boolean {
  if (isIP(host) !== 0) return host === name
  const bare = name.replace(/^\*?\./, '').replace(/\.$/, '')
  return (bare === name.replace(/\.$/, '') && host === bare) || host.endsWith(`.${bare}`)
}

function isInRange(host: string, range: string): boolean {
  const [network = '', bits = ''] = range.split('/')
  const family = isIP(network)
  const prefix = Number(bits)
  if (family === 0 || family !== isIP(host) || !/^\d+$/.test(bits) || prefix > (family === 4 ? 32 : 128)) return false
  const list = new BlockList()
  list.addSubnet(network, prefix, family === 4 ? 'ipv4' : 'ipv6')
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6')
}

function hostOf({ hostname }: URL): string {
  return hostname
    .replace(/^\[(.+)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase()
}

/** User names and passwords of proxies, in every form in which a log might show them. */
export function proxySecrets({ httpProxy, httpsProxy }: ProxySettings): string[] {
  return [httpProxy, httpsProxy].flatMap((proxy) => {
    const { username, password } = proxy === undefined ? { username: '', password: '' } : new URL(proxy)
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
    return password === '' ? [] : [password, decodeURIComponent(password), Buffer.from(pair).toString('base64')]
  })
}

/** `host:port` of a proxy, for people. */
export function proxyName(proxy: string): string {
  const { hostname, port, protocol } = new URL(proxy)
  return `${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`
}
