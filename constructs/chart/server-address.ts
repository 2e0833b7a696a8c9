import type { Expression } from '../expression/expression.ts'
import { call } from '../expression/values.ts'
import { value } from '../values/value.ts'

/** The host that values.yaml names so that a reader sees what goes there. */
const EXAMPLE_HOST = 'my-cluster.getcollate.io'
const GIVEN_HOST = value('config.serverHost')
/** Without the slashes that an address copied from a browser ends with. */
const HOST = call('found', '^.*[^/]', GIVEN_HOST)
const OLD_URL = value('config.serverUrl')
const OLD_API_URL = value('config.serverHostApiUrl')
const IS_SECURE_GIVEN = call('isSet', value('config.useSecureProtocols'))

export const IS_SECURE = call('or', call('not', IS_SECURE_GIVEN), value('config.useSecureProtocols'))

/** Nobody has named the host; then what charts of before took in its place counts. */
const IS_EXAMPLE = call('equals', GIVEN_HOST, EXAMPLE_HOST)

/** Nothing says where Collate is. */
export const IS_SERVER_UNNAMED = call('and', IS_EXAMPLE, call('not', OLD_URL))

export const SERVER_URL = addressOf(OLD_URL, call('ifElse', IS_SECURE, 'wss://', 'ws://'), '')
export const SERVER_API_URL = addressOf(OLD_API_URL, call('ifElse', IS_SECURE, 'https://', 'http://'), '/api')

function addressOf(old: Expression, scheme: Expression, path: string): Expression {
  return call('ifElse', call('and', IS_EXAMPLE, old), old, call('concat', scheme, HOST, path))
}
