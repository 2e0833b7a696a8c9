import { foreignFields } from '../../compiler/policy/pipeline-type-policy.ts'
import type { Expression } from '../expression/expression.ts'
import { call, literal } from '../expression/values.ts'
import { value } from '../values/value.ts'
import type { Check } from './checks.ts'
import { OPERATORS_OWN } from './variable.ts'
import { IS_ARGO } from './executor.ts'
import type { Warning } from './warnings.ts'

const COMMON = { nodeSelector: 'map', priorityClass: 'string', priorityClassName: 'string', resources: 'map' }
/** Fields of the other executor are not judged: they do nothing. */
const KINDS = call(
  'ifElse',
  IS_ARGO,
  literal({ ...COMMON, toleration: 'string', affinity: 'map', tolerations: 'any' }),
  literal({ ...COMMON, tolerations: 'slice', toleration: 'any', affinity: 'any' }),
)
const VARIABLE = call('ifElse', IS_ARGO, 'ARGO_PIPELINE_TYPE_CONFIGS', 'SIMPLEK8S_PIPELINE_TYPE_CONFIGS')

const IS_OPERATORS = call('hasName', OPERATORS_OWN, VARIABLE)

/** The table by pipeline type, wherever it is given. Kubernetes puts other variables into a text that holds `$(`, and nobody can judge it before. */
const TABLES = [
  {
    isRead: call('not', IS_OPERATORS),
    text: value('config.ingestionPods.additionalPipelineConfigs'),
    path: 'config.ingestionPods.additionalPipelineConfigs',
  },
  { isRead: IS_OPERATORS, text: call('valueOfName', OPERATORS_OWN, VARIABLE), path: call('concat', 'extraEnvs[', VARIABLE, ']') },
] as const

const FOREIGN = call('ifElse', IS_ARGO, literal(foreignFields('argo')), literal(foreignFields('simpleK8s')))

export function tableChecks(): Check[] {
  return TABLES.map(({ isRead, text, path }) => {
    const problems = call('tableProblems', text, path, KINDS)
    return { when: both(isRead, text, problems), problems }
  })
}

/** Of fields that the other executor reads. */
export function tableWarnings(): Warning[] {
  return TABLES.map(({ isRead, text, path }) => {
    const fields = call('tableFields', text, path, FOREIGN)
    return { when: both(isRead, text, fields), text: fields }
  })
}

function both(isRead: Expression, text: Expression, found: Expression): Expression {
  return call('and', isRead, text, call('not', call('contains', '$(', text)), found)
}
