import { CONTAINER_FIELDS, type FieldKind, POD_FIELDS, POD_PARTS, SHARED_KINDS, WORKFLOW_FIELDS } from '../../compiler/policy/custom-fields.ts'
import type { Expression, Json } from '../expression/expression.ts'
import type { Shape } from '../expression/shape-problems.ts'
import { call, literal } from '../expression/values.ts'
import { value } from '../values/value.ts'
import type { Check } from './checks.ts'
import { IS_ARGO } from './executor.ts'
import { HAS_CUSTOM_CONFIG } from './pod-variables.ts'

const KINDS: Readonly<Record<FieldKind, Pick<Shape, 'kinds' | 'rule' | 'mend'>>> = {
  'text': { kinds: ['string'], rule: 'must be a text', mend: 'Put it in quotes' },
  'number': { kinds: ['float64'], rule: 'must be a number', mend: 'Write its digits without quotes' },
  'flag': { kinds: ['bool'], rule: 'must be true or false', mend: 'Write it without quotes' },
  'list': { kinds: ['slice'], rule: 'must be a list', mend: 'Write each item behind "- ", on a line of its own' },
  'map': { kinds: ['map'], rule: 'must be a map', mend: 'Write its entries below it, each as key: value' },
  'text or map': { kinds: ['string', 'map'], rule: 'must be a map, or a text of JSON' },
}

const PATCH_ONLY = "must stand in podSpecPatch: it is a field of a pod and none of Argo's WorkflowSpec"

/** Fields at the first level of the operator's own, by the list that the runner judges by. What is in them is judged by the runner, and then by Kubernetes. */
export function customChecks(): Check[] {
  return [
    shapeCheck(
      value('config.ingestionPods.customConfig.containerParams'),
      'containerParams',
      literal(shapeFor('field of a container', kindsOf(CONTAINER_FIELDS))),
    ),
    shapeCheck(value('config.ingestionPods.customConfig.workflowParams'), 'workflowParams', call('ifElse', IS_ARGO, literal(OF_ARGO), literal(OF_POD))),
  ]
}

const SHARED = { ...kindsOf(SHARED_KINDS), ...kindsOf(POD_PARTS) }
const OF_ARGO = shapeFor(
  "field of Argo's WorkflowSpec",
  { ...SHARED, ...kindsOf(WORKFLOW_FIELDS) },
  Object.fromEntries(Object.keys(POD_FIELDS).map((field) => [field, { kinds: [], rule: PATCH_ONLY, ifNull: PATCH_ONLY }])),
)
/** Fields that only Argo has do nothing here, and are told by the runner. */
const OF_POD = shapeFor('field of a pod', { ...SHARED, ...kindsOf(POD_FIELDS) }, Object.fromEntries(Object.keys(WORKFLOW_FIELDS).map((field) => [field, {}])))

function kindsOf(fields: Readonly<Record<string, FieldKind>>): Readonly<Record<string, Shape>> {
  return Object.fromEntries(Object.entries(fields).map(([field, kind]) => [field, KINDS[kind]]))
}

function shapeFor(noun: string, fields: Readonly<Record<string, Shape>>, others: Readonly<Record<string, Shape>> = {}): Json {
  return { kinds: ['map'], rule: 'must be a map', keys: { ...fields, ...others }, noun, known: Object.keys(fields) } satisfies Shape as unknown as Json
}

function shapeCheck(given: Expression, name: string, shape: Expression): Check {
  const problems = call('shapeProblems', given, `config.ingestionPods.customConfig.${name}`, shape)
  return { when: call('and', HAS_CUSTOM_CONFIG, problems), problems }
}
