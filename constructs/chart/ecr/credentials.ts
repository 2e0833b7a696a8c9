import type { EnvVar } from 'cdk8s-plus-28/lib/imports/k8s.js'
import type { Expression } from '../../expression/expression.ts'
import { call, named } from '../../expression/values.ts'
import type { Marked } from '../../tree/marked.ts'
import { valueOf, when } from '../../tree/marks.ts'
import { value } from '../../values/value.ts'
import { nameWith } from '../names.ts'

const KEY = value('ecrRegistryHelper.collateCredentials.values.accessKeyId')
const SECRET_KEY = value('ecrRegistryHelper.collateCredentials.values.secretAccessKey')
const OPERATORS_SECRET = value('ecrRegistryHelper.collateCredentials.secretRef')

/** A key in the values goes into a Secret of the release. */
export const HAS_KEY_IN_VALUES = call('and', KEY, SECRET_KEY, call('not', OPERATORS_SECRET))
export const HAS_KEY = call('or', OPERATORS_SECRET, call('and', KEY, SECRET_KEY))

/** Half a key is none. */
export const HAS_HALF_A_KEY = call('and', call('or', KEY, SECRET_KEY), call('not', call('and', KEY, SECRET_KEY)), call('not', OPERATORS_SECRET))

/** The service account is bound to a role of AWS: by an annotation (IRSA), or by whoever brings the account (Pod Identity). */
export const HAS_ROLE = call(
  'or',
  value('ecrRegistryHelper.serviceAccount.annotations'),
  call('and', call('isSet', value('ecrRegistryHelper.serviceAccount.create')), call('not', value('ecrRegistryHelper.serviceAccount.create'))),
)

export function keyData(): Record<string, string> {
  return { AWS_ACCESS_KEY_ID: valueOf(call('text', KEY)), AWS_SECRET_ACCESS_KEY: valueOf(call('text', SECRET_KEY)) }
}

/** Name of the Secret that the key is read from: the operator's, or `ownSecret`; empty where there is no key. */
export function secretOfKey(ownSecret: string): Expression {
  const own = call('ifElse', call('and', KEY, SECRET_KEY), nameWith(ownSecret), '')
  return named(`ecr-key-in-${ownSecret}`, call('ifElse', OPERATORS_SECRET, OPERATORS_SECRET, own))
}

/** The key as variables. They may be missing: the program then says which, where a pod would only hang. */
export function keyVariables(ownSecret: string): Marked<EnvVar>[] {
  const secret = secretOfKey(ownSecret)
  return ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'].map((name) =>
    when<Marked<EnvVar>>(secret, { name, valueFrom: { secretKeyRef: { name: valueOf(secret), key: name, optional: true } } }),
  )
}
