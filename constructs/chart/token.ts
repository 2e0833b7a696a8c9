import type { EnvVar, Volume, VolumeMount } from 'cdk8s-plus-28/lib/imports/k8s.js'
import { call } from '../expression/values.ts'
import type { Marked } from '../tree/marked.ts'
import { valueOf, when } from '../tree/marks.ts'
import { value } from '../values/value.ts'
import { nameWith } from './names.ts'
import { OPERATORS_OWN } from './variable.ts'

export const GIVEN_TOKEN = value('config.authToken')
export const OWN_TOKEN_KEY = 'token'

/** Where the runner's token lies: the operator's Secret, or the one that holds the token of the values. A given token goes first, as ever. */
export const TOKEN_SECRET = {
  name: call('ifElse', GIVEN_TOKEN, nameWith('auth-token'), value('config.authTokenSecret.name')),
  key: call('ifElse', GIVEN_TOKEN, OWN_TOKEN_KEY, call('orElse', value('config.authTokenSecret.key'), OWN_TOKEN_KEY)),
}

export const TOKEN_FOLDER = '/var/run/secrets/collate'
export const AUTH_TOKEN_FILE = `${TOKEN_FOLDER}/token`

/** Somewhere in the values stands a token, or the Secret that holds one. Else the operator brings the variables himself. */
const HAS_SECRET = call('or', GIVEN_TOKEN, value('config.authTokenSecret.name'))
const IS_OPERATORS = call('hasName', OPERATORS_OWN, 'AUTH_TOKEN')
const IS_FILE_OPERATORS = call('hasName', OPERATORS_OWN, 'AUTH_TOKEN_FILE')
const IS_VARIABLE = call('and', HAS_SECRET, call('not', IS_OPERATORS))

/** The file would win over a token that the operator gives: then it is there only for a path of his own. */
export const IS_TOKEN_MOUNTED = call('and', HAS_SECRET, call('or', call('not', IS_OPERATORS), IS_FILE_OPERATORS))

/** Whether the pod starts without the Secret, too. */
export interface TokenOptions {
  readonly isOptional?: boolean
}

/** The token as a variable and as a file: a rotated Secret reaches the file of a running pod. */
export function tokenVariables({ isOptional = false }: TokenOptions = {}): Marked<EnvVar>[] {
  const secretKeyRef = { name: valueOf(TOKEN_SECRET.name), key: valueOf(TOKEN_SECRET.key), ...(isOptional ? { optional: true } : {}) }
  return [
    when<Marked<EnvVar>>(IS_VARIABLE, { name: 'AUTH_TOKEN', valueFrom: { secretKeyRef } }),
    when<Marked<EnvVar>>(call('and', IS_VARIABLE, call('not', IS_FILE_OPERATORS)), { name: 'AUTH_TOKEN_FILE', value: AUTH_TOKEN_FILE }),
  ]
}

export function tokenVolume({ isOptional = false }: TokenOptions = {}): Marked<Volume> {
  const items = [{ key: valueOf(TOKEN_SECRET.key), path: 'token' }]
  return when<Marked<Volume>>(IS_TOKEN_MOUNTED, {
    name: 'auth-token',
    secret: { secretName: valueOf(TOKEN_SECRET.name), defaultMode: 0o440, items, ...(isOptional ? { optional: true } : {}) },
  })
}

export function tokenMount(): Marked<VolumeMount> {
  return when<Marked<VolumeMount>>(IS_TOKEN_MOUNTED, { name: 'auth-token', mountPath: TOKEN_FOLDER, readOnly: true })
}

/** A changed token of the values starts the runner anew. */
export function tokenChecksum(): Record<string, string> {
  return { 'checksum/auth-token': when(GIVEN_TOKEN, valueOf(call('sha256', GIVEN_TOKEN))) }
}
