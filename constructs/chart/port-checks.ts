import type { Expression } from '../expression/expression.ts'
import { call } from '../expression/values.ts'
import { PORT } from '../values/text-patterns.ts'
import { value } from '../values/value.ts'
import type { Check } from './check.ts'
import { APP_PORT, METRICS_PORT } from './environment.ts'
import { OPERATORS_OWN } from './variable.ts'

const isNoPort = (text: Expression): Expression => call('and', text, call('not', call('matches', `^${PORT}$`, text)))

/** What the runner listens at, and the Service. */
export const PORT_CHECKS: readonly Check[] = [
  ...['APP_SERVER_PORT', 'METRICS_SERVER_PORT'].map((name) => ({
    when: isNoPort(call('valueOfName', OPERATORS_OWN, name)),
    path: `extraEnvs[${name}]`,
    message: 'must be a port, digits from 1 to 65535: the container, its probes and the Service go by it',
  })),
  {
    when: call('equals', METRICS_PORT, APP_PORT),
    path: 'metricsServerConfiguration.port',
    message: 'is the port where the runner serves its health. Take another one',
  },
  {
    when: call('equals', call('text', value('service.port')), call('text', value('service.metricsPort'))),
    path: 'service.metricsPort',
    message: 'is service.port, too. Give the two different ports',
  },
]
