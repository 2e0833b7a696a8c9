import type { EnvVar, Volume, VolumeMount } from 'cdk8s-plus-28/lib/imports/k8s.js'
import type { Construct } from 'constructs'
import { call } from '../expression/values.ts'
import type { Marked } from '../tree/marked.ts'
import { valueOf, when } from '../tree/marks.ts'
import { value } from '../values/value.ts'
import { chartObject } from './chart-object.ts'
import { labels, nameWith, objectName } from './names.ts'

const GIVEN = value((v) => v.config.authToken)
const OWN_KEY = 'token'

/** Where the runner's token lies: the operator's Secret, or the one that holds the token of the values. A given token goes first, as ever. */
export const TOKEN_SECRET = {
  name: call(
    'ifElse',
    GIVEN,
    nameWith('auth-token'),
    value((v) => v.config.authTokenSecret.name),
  ),
  key: call(
    'ifElse',
    GIVEN,
    OWN_KEY,
    call(
      'orElse',
      value((v) => v.config.authTokenSecret.key),
      OWN_KEY,
    ),
  ),
}

/** A token that the values give goes into a Secret, and never into the Deployment. */
export function tokenSecret(scope: Construct): void {
  chartObject(
    scope,
    'auth-token',
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: objectName('auth-token'), labels: labels() },
      type: 'Opaque',
      stringData: { [OWN_KEY]: valueOf(call('text', GIVEN)) },
    },
    GIVEN,
  )
}

export const AUTH_TOKEN_FILE = '/var/run/secrets/collate/token'

/** A variable, whose name at least is no mark. */
export type NamedVariable = Exclude<Marked<EnvVar>, string>

/** The token as a variable and as a file: a rotated Secret reaches the file of a running pod. */
export function tokenVariables(): NamedVariable[] {
  return [
    { name: 'AUTH_TOKEN', valueFrom: { secretKeyRef: { name: valueOf(TOKEN_SECRET.name), key: valueOf(TOKEN_SECRET.key) } } },
    { name: 'AUTH_TOKEN_FILE', value: AUTH_TOKEN_FILE },
  ]
}

export function tokenVolume(): Marked<Volume> {
  return {
    name: 'auth-token',
    secret: { secretName: valueOf(TOKEN_SECRET.name), defaultMode: 0o440, items: [{ key: valueOf(TOKEN_SECRET.key), path: 'token' }] },
  }
}

export function tokenMount(): Marked<VolumeMount> {
  return { name: 'auth-token', mountPath: '/var/run/secrets/collate', readOnly: true }
}

/** A changed token of the values starts the runner anew. */
export function tokenChecksum(): Record<string, string> {
  return { 'checksum/auth-token': when(GIVEN, valueOf(call('sha256', GIVEN))) }
}
