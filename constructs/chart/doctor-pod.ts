import type { Construct } from 'constructs'
import { itemsOf, whenFilled } from '../tree/marks.ts'
import { value } from '../values/value.ts'
import { chartObject } from './chart-object.ts'
import { runnerEnvironment } from './environment.ts'
import { extraCaMount, extraCaVolume } from './extra-ca.ts'
import { hookAnnotations } from './hook-annotations.ts'
import { labels, objectName, RUNNER_ACCOUNT } from './names.ts'
import { oneOffPodSpec } from './one-off-pod.ts'
import { customConfigMount, customConfigVolume } from './runner-deployment.ts'
import { tokenMount, tokenVolume } from './token.ts'

/** `helm test`: what the runner needs, checked one by one. Its pod starts without the token's Secret, too, and says that it is missing. */
export function helmTest(scope: Construct): void {
  const token = { isOptional: true }
  chartObject(scope, 'test-doctor', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: objectName('doctor'), labels: labels('doctor'), annotations: hookAnnotations('test') },
    spec: oneOffPodSpec({
      account: RUNNER_ACCOUNT,
      args: ['doctor'],
      env: runnerEnvironment(token),
      envFrom: whenFilled(value('envFrom')),
      volumeMounts: [tokenMount(), customConfigMount(), extraCaMount(), itemsOf(value('volumeMounts'))],
      volumes: [tokenVolume(token), customConfigVolume(), extraCaVolume(), itemsOf(value('volumes'))],
    }),
  })
}
