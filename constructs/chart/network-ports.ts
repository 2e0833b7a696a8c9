import type { Expression } from '../expression/expression.ts'
import { call } from '../expression/values.ts'
import { value } from '../values/value.ts'
import { IS_SECURE } from './server-address.ts'

/** The host of an address, with its port: with neither protocol, user nor path. */
const authority = (address: Expression): Expression => call('found', '^(https?://)?([^/@]*@)?(\\[[^\\]]*\\]|[^:/@]*)(:[0-9]+)?(/|$)', address)

function portIn(address: Expression, usual: Expression): Expression {
  // Without leading zeros: Helm would read an octal number.
  const digits = call('found', '[1-9][0-9]*', call('found', ':[0-9]+(/|$)', authority(address)))
  return call('number', call('orElse', digits, usual))
}

/** Where Collate listens. */
export const SERVER_PORT = portIn(value('config.serverHost'), call('ifElse', IS_SECURE, '443', '80'))

/** Where the proxies listen, wherever they are. */
export const PROXY_PORTS = [value('config.proxy.httpsProxy'), value('config.proxy.httpProxy')].map((proxy) => ({
  when: proxy,
  port: portIn(proxy, call('ifElse', call('matches', '^https:', proxy), '443', '80')),
}))
