import { value } from '../values/value.ts'
import { EXTRA_CA_FILE, HAS_EXTRA_CA } from './extra-ca.ts'
import { ifSet, type Variable } from './variable.ts'

/** The ways out, for every pod of the chart that goes there. */
export const NETWORK_VARIABLES: readonly Variable[] = [
  ifSet('HTTPS_PROXY', value('config.proxy.httpsProxy')),
  ifSet('HTTP_PROXY', value('config.proxy.httpProxy')),
  ifSet('NO_PROXY', value('config.proxy.noProxy')),
  { name: 'EXTRA_CA_FILE', value: EXTRA_CA_FILE, when: HAS_EXTRA_CA },
]
