import type { Construct } from 'constructs'
import { call } from '../expression/values.ts'
import { valueOf } from '../tree/marks.ts'
import { chartObject } from './chart-object.ts'
import { labels, objectName } from './names.ts'
import { GIVEN_TOKEN, OWN_TOKEN_KEY } from './token.ts'

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
      stringData: { [OWN_TOKEN_KEY]: valueOf(call('text', GIVEN_TOKEN)) },
    },
    GIVEN_TOKEN,
  )
}
