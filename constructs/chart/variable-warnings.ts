/** Variables of the operator's that say otherwise than the values, by which the chart makes accounts, rights and pull secrets. */
import type { Expression } from '../expression/expression.ts'
import { call } from '../expression/values.ts'
import { value } from '../values/value.ts'
import { INGESTION_ACCOUNT, INGESTION_NAMESPACE } from './names.ts'
import { OPERATORS_OWN } from './variable.ts'
import type { Warning } from './warning.ts'

const RIGHTS_GO_BY: readonly { readonly name: string; readonly path: string; readonly said: Expression }[] = [
  { name: 'INGESTION_NAMESPACE', path: 'config.ingestionPods.namespace', said: INGESTION_NAMESPACE },
  { name: 'INGESTION_SERVICE_ACCOUNT_NAME', path: 'config.ingestionPods.serviceAccount.name', said: INGESTION_ACCOUNT },
  { name: 'SECRETS_MANAGER', path: 'config.secretsManager', said: value('config.secretsManager') },
]

/** A text that Kubernetes puts together, or takes from elsewhere, nobody can judge. */
export const VARIABLE_WARNINGS: readonly Warning[] = RIGHTS_GO_BY.map(({ name, path, said }) => {
  const own = call('valueOfName', OPERATORS_OWN, name)
  return {
    when: call('and', own, call('not', call('contains', '$(', own)), call('not', call('equals', own, call('text', said)))),
    text: `extraEnvs[${name}] is not what ${path} says, by which the chart makes accounts and rights. Take it out, and write it there.`,
  }
})
