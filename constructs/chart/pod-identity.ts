/** Who holds the lease: variables of the runner that say which pod it is. The operator's own may stand in their place when they say the same. */
import type { EnvVar } from 'cdk8s-plus-28/lib/imports/k8s.js'
import type { Expression } from '../expression/expression.ts'
import { goJson } from '../expression/json-text.ts'
import { call, literal } from '../expression/values.ts'
import type { Marked } from '../tree/marked.ts'
import { when } from '../tree/marks.ts'
import { OPERATORS_OWN } from './variable.ts'

const FIELDS = { POD_NAME: 'metadata.name', POD_UID: 'metadata.uid' } as const
const OTHERWISE = 'must be of the pod, as the chart sets it: the lease is held by that name. Take it out'

export function podIdentity(): Marked<EnvVar>[] {
  return Object.entries(FIELDS).map(([name, fieldPath]) =>
    when<Marked<EnvVar>>(call('not', call('hasName', OPERATORS_OWN, name)), { name, valueFrom: { fieldRef: { fieldPath } } }),
  )
}

/** Words for each of these variables, unless the operator's says what the chart's would. */
export const TAKEN_IDENTITY: Expression = Object.entries(FIELDS)
  .map(([name, fieldPath]) => call('ifElse', saysTheSame(name, fieldPath), literal({}), literal({ [name]: OTHERWISE })))
  .reduce((one, other) => call('merged', one, other))

/** Kubernetes itself writes the version of the field out. In JSON no text can look like an entry: its quotes are escaped. */
function saysTheSame(name: string, fieldPath: string): Expression {
  const entries = [{ fieldPath }, { apiVersion: 'v1', fieldPath }].map((fieldRef) => goJson({ name, valueFrom: { fieldRef } }))
  return call('or', ...entries.map((entry) => call('contains', entry, call('json', OPERATORS_OWN))))
}
