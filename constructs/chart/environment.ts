/** The environment of the runner: the vendor's names, from the values. */
import type { EnvVar } from 'cdk8s-plus-28/lib/imports/k8s.js'
import { call } from '../expression/values.ts'
import type { Marked } from '../tree/marked.ts'
import { itemsOf, shared } from '../tree/marks.ts'
import { value } from '../values/value.ts'
import { NETWORK_VARIABLES } from './network-variables.ts'
import { podIdentity } from './pod-identity.ts'
import { POD_VARIABLES } from './pod-variables.ts'
import { type TokenOptions, tokenVariables } from './token.ts'
import { SERVER_API_URL, SERVER_URL } from './server-address.ts'
import { ifSet, OPERATORS_OWN, type Variable, variableEntry } from './variable.ts'
import { WARNINGS_TEXT } from './warnings.ts'

const LINK: readonly Variable[] = [
  {
    name: 'AGENT_ID',
    value: call('text', value('config.agentId')),
  },
  { name: 'SERVER_URL', value: SERVER_URL },
  { name: 'SERVER_HOST_API_URL', value: SERVER_API_URL },
  ifSet('RECONNECT_DELAY_SECONDS', value('config.reconnectDelaySeconds')),
  ifSet('AUTOMATION_SLOTS', value('config.automationSlots')),
  {
    name: 'MAX_ACTIVE_RUNS_BY_TYPE',
    value: call('json', value('config.maxActiveRunsByType')),
    when: value('config.maxActiveRunsByType'),
  },
  ...NETWORK_VARIABLES,
  ifSet('MAX_ACTIVE_RUNS', value('config.maxActiveRuns')),
  ifSet('RUN_TTL_SECONDS', value('config.runTtlSeconds')),
  ifSet('INGESTION_HOST_IP', value('config.hostIp')),
  ifSet('LOG_LEVEL', value('config.logLevel')),
  ifSet('VALUES_WARNINGS', WARNINGS_TEXT),
]

const USUAL_APP_PORT = 8585

const SERVERS: readonly Variable[] = [
  { name: 'APP_SERVER_PORT', value: String(USUAL_APP_PORT) },
  {
    name: 'METRICS_SERVER_PORT',
    value: call('text', call('orElse', value('metricsServerConfiguration.port'), 8989)),
  },
  {
    name: 'METRICS_SERVER_PATH',
    value: call('orElse', value('metricsServerConfiguration.path'), '/metrics'),
  },
]

/** Where health is served, and where the metrics are, whoever said so: container, probes and Service go by it. */
export const APP_PORT = call('number', call('orElse', call('valueOfName', OPERATORS_OWN, 'APP_SERVER_PORT'), USUAL_APP_PORT))
export const METRICS_PORT = call(
  'number',
  call('orElse', call('valueOfName', OPERATORS_OWN, 'METRICS_SERVER_PORT'), call('orElse', value('metricsServerConfiguration.port'), 8989)),
)
export const METRICS_PATH = call(
  'orElse',
  call('valueOfName', OPERATORS_OWN, 'METRICS_SERVER_PATH'),
  call('orElse', value('metricsServerConfiguration.path'), '/metrics'),
)

/** The runner's variables. One that the operator sets himself is his: a name stands in the list once. All but the token's are the same in each of the pods that read them. */
export function runnerEnvironment(token?: TokenOptions): Marked<EnvVar>[] {
  const chartsOwn = [...LINK, ...SERVERS, ...POD_VARIABLES].map((variable) => variableEntry(variable, OPERATORS_OWN))
  return [...podIdentity(), ...tokenVariables(token), shared('runner-environment', [...chartsOwn, itemsOf(OPERATORS_OWN)])]
}
