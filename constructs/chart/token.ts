import type { EnvVar, Volume, VolumeMount } from 'cdk8s-plus-28/lib/imports/k8s.js'
import { call } from '../expression/values.ts'
import type { Marked } from '../tree/marked.ts'
import { valueOf, when } from '../tree/marks.ts'
import { value } from '../values/value.ts'
import { nameWith } from './names.ts'

export const GIVEN_TOKEN = value((v) => v.config.authToken)
export const OWN_TOKEN_KEY = 'token'

/** Where the runner's token lies: the operator's Secret, or the one that holds the token of the values. A given token goes first, as ever. */
export const TOKEN_SECRET = {
  name: call(
    'ifElse',
    GIVEN_TOKEN,
    nameWith('auth-token'),
    value((v) => v.config.authTokenSecret.name),
  ),
  key: call(
    'ifElse',
    GIVEN_TOKEN,
    OWN_TOKEN_KEY,
    call(
      'orElse',
      value((v) => v.config.authTokenSecret.key),
      OWN_TOKEN_KEY,
    ),
  ),
}

export const AUTH_TOKEN_FILE = '/var/run/secrets/collate/token'

/** A variable, whose name at least is no mark. */
export type NamedVariable = Exclude<Marked<EnvVar>, string>

/** Whether the pod starts without the Secret, too. */
export interface TokenOptions {
  readonly isOptional?: boolean
}

/** The token as a variable and as a file: a rotated Secret reaches the file of a running pod. */
export function tokenVariables({ isOptional = false }: TokenOptions = {}): NamedVariable[] {
  const optional = isOptional ? { optional: true } : {}
  return [
    { name: 'AUTH_TOKEN', valueFrom: { secretKeyRef: { name: valueOf(TOKEN_SECRET.name), key: valueOf(TOKEN_SECRET.key), ...optional } } },
    { name: 'AUTH_TOKEN_FILE', value: AUTH_TOKEN_FILE },
  ]
}

export function tokenVolume({ isOptional = false }: TokenOptions = {}): Marked<Volume> {
  const optional = isOptional ? { optional: true } : {}
  return {
    name: 'auth-token',
    secret: { secretName: valueOf(TOKEN_SECRET.name), defaultMode: 0o440, items: [{ key: valueOf(TOKEN_SECRET.key), path: 'token' }], ...optional },
  }
}

export function tokenMount(): Marked<VolumeMount> {
  return { name: 'auth-token', mountPath: '/var/run/secrets/collate', readOnly: true }
}

/** A changed token of the values starts the runner anew. */
export function tokenChecksum(): Record<string, string> {
  return { 'checksum/auth-token': when(GIVEN_TOKEN, valueOf(call('sha256', GIVEN_TOKEN))) }
}
