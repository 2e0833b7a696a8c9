import { foreignFields } from '../../compiler/policy/pipeline-type-policy.ts'
import type { Executor } from '../../compiler/policy/executor.ts'
import type { Expression, Json } from '../expression/expression.ts'
import type { Shape } from '../expression/shape-problems.ts'
import { call, literal } from '../expression/values.ts'
import { value } from '../values/value.ts'
import type { Check } from './check.ts'
import { OPERATORS_OWN } from './variable.ts'
import { IS_ARGO } from './executor.ts'
import { AMOUNT, fieldsOf, LABEL_VALUE, optionalField, requiredField, ruledField } from './field-shapes.ts'
import type { Warning } from './warning.ts'

const AMOUNTS = optionalField('map', { values: AMOUNT })
const COMMON = {
  nodeSelector: optionalField('map', { values: LABEL_VALUE }),
  priorityClass: ruledField('name'),
  priorityClassName: ruledField('name'),
  resources: optionalField('map', fieldsOf('key of resources', { requests: AMOUNTS, limits: AMOUNTS })),
}
const OWN: Readonly<Record<Executor, Readonly<Record<string, Shape>>>> = {
  simpleK8s: { tolerations: optionalField('list', { items: requiredField('map') }) },
  argo: { toleration: ruledField('labelValue'), affinity: optionalField('map') },
}

/** Of the table of one executor. Fields of the other one are not judged: they do nothing. Null says nothing, as in tables that list every field. */
function tableShape(executor: Executor): Expression {
  const foreign = Object.fromEntries(Object.keys(foreignFields(executor)).map((field) => [field, {}]))
  const entry = optionalField('map', fieldsOf('field of an entry', { ...OWN[executor], ...COMMON }, foreign))
  return literal({ values: entry } satisfies Shape as unknown as Json)
}

const SHAPE = call('ifElse', IS_ARGO, tableShape('argo'), tableShape('simpleK8s'))
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
    const problems = call('tableProblems', text, path, SHAPE)
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
