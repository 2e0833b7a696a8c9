import { CONTAINER_FIELDS, type FieldKind, POD_FIELDS, POD_PARTS, SHARED_KINDS, WORKFLOW_FIELDS } from '../../compiler/policy/custom-fields.ts'
import type { Expression, Json } from '../expression/expression.ts'
import type { Shape } from '../expression/shape-problems.ts'
import { call, literal } from '../expression/values.ts'
import { value } from '../values/value.ts'
import type { Check } from './check.ts'
import { IS_ARGO } from './executor.ts'
import { fieldsOf, optionalField } from './field-shapes.ts'
import { HAS_CUSTOM_CONFIG } from './pod-variables.ts'

const PATCH_ONLY = "must stand in podSpecPatch: it is a field of a pod and none of Argo's WorkflowSpec"

/** Fields at the first level of the operator's own, by the list that the runner judges by. What is in them is judged by the runner, and then by Kubernetes. */
export function customChecks(): Check[] {
  return [
    shapeCheck(value('config.ingestionPods.customConfig.containerParams'), 'containerParams', shape(OF_CONTAINER)),
    shapeCheck(value('config.ingestionPods.customConfig.workflowParams'), 'workflowParams', call('ifElse', IS_ARGO, shape(OF_ARGO), shape(OF_POD))),
  ]
}

const OF_CONTAINER = fieldsOf('field of a container', shapesOf(CONTAINER_FIELDS))
const SHARED = { ...shapesOf(SHARED_KINDS), ...shapesOf(POD_PARTS) }
const OF_ARGO = fieldsOf(
  "field of Argo's WorkflowSpec",
  { ...SHARED, ...shapesOf(WORKFLOW_FIELDS) },
  Object.fromEntries(Object.keys(POD_FIELDS).map((field) => [field, { refusal: PATCH_ONLY }])),
)
/** Fields that only Argo has do nothing here, and are told by the runner. */
const OF_POD = fieldsOf('field of a pod', { ...SHARED, ...shapesOf(POD_FIELDS) }, Object.fromEntries(Object.keys(WORKFLOW_FIELDS).map((field) => [field, {}])))

function shapesOf(fields: Readonly<Record<string, FieldKind>>): Readonly<Record<string, Shape>> {
  return Object.fromEntries(Object.entries(fields).map(([field, kind]) => [field, optionalField(kind)]))
}

function shape(of: Shape): Expression {
  return literal(of as unknown as Json)
}

function shapeCheck(given: Expression, name: string, wanted: Expression): Check {
  const problems = call('shapeProblems', given, `config.ingestionPods.customConfig.${name}`, wanted)
  return { when: call('and', HAS_CUSTOM_CONFIG, problems), problems }
}
