import type { Expression } from '../expression/expression.ts'
import { call, literal } from '../expression/values.ts'
import { value } from '../values/value.ts'
import type { Check } from './checks.ts'
import { OPERATORS_OWN } from './variable.ts'
import { IS_ARGO } from './executor.ts'

const COMMON = { nodeSelector: 'map', priorityClass: 'string', priorityClassName: 'string', resources: 'map' }
/** Fields of the other executor are not judged: they do nothing. */
const KINDS = call(
  'ifElse',
  IS_ARGO,
  literal({ ...COMMON, toleration: 'string', affinity: 'map', tolerations: 'any' }),
  literal({ ...COMMON, tolerations: 'slice', toleration: 'any', affinity: 'any' }),
)
const VARIABLE = call('ifElse', IS_ARGO, 'ARGO_PIPELINE_TYPE_CONFIGS', 'SIMPLEK8S_PIPELINE_TYPE_CONFIGS')

/** The table by pipeline type, wherever it is given. Kubernetes puts other variables into a text that holds `$(`, and nobody can judge it before. */
export function tableChecks(): Check[] {
  const given = value((v) => v.config.ingestionPods.additionalPipelineConfigs)
  const isOperators = call('hasName', OPERATORS_OWN, VARIABLE)
  return [
    tableCheck(call('not', isOperators), given, 'config.ingestionPods.additionalPipelineConfigs'),
    tableCheck(isOperators, call('valueOfName', OPERATORS_OWN, VARIABLE), call('concat', 'extraEnvs[', VARIABLE, ']')),
  ]
}

function tableCheck(isRead: Expression, text: Expression, path: Expression | string): Check {
  const problems = call('tableProblems', text, path, KINDS)
  return { when: call('and', isRead, text, call('not', call('contains', '$(', text)), problems), problems }
}
