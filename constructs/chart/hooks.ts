import type { JobSpec, PodSpec } from 'cdk8s-plus-28/lib/imports/k8s.js'
import type { Construct } from 'constructs'
import type { Marked } from '../tree/marked.ts'
import { blockOf, itemsOf, valueOf } from '../tree/marks.ts'
import { value } from '../values/value.ts'
import { chartObject } from './chart-object.ts'
import { extraCaMount, extraCaVolume } from './extra-ca.ts'
import { runnerEnvironment } from './environment.ts'
import { hookAnnotations } from './hook-annotations.ts'
import { labels, objectName, otherPodLabels } from './names.ts'
import { RUNNER_ACCOUNT } from './runner-account.ts'
import { containerSecurityContext, customConfigMount, customConfigVolume, podPlacement, podSecurityContext, RUNNER_IMAGE } from './runner-deployment.ts'
import { tokenMount, tokenVolume } from './token.ts'

/** A pod of the runner's image that does one thing and ends, in the runner's place and with its environment. */
function oneOffPodSpec(args: readonly string[]): Marked<PodSpec> {
  return {
    restartPolicy: 'Never',
    serviceAccountName: valueOf(RUNNER_ACCOUNT),
    enableServiceLinks: false,
    ...podPlacement(),
    securityContext: blockOf(podSecurityContext()),
    containers: [
      {
        name: 'hybrid-runner',
        image: valueOf(RUNNER_IMAGE),
        imagePullPolicy: valueOf(value((v) => v.image.pullPolicy)),
        args,
        env: runnerEnvironment(),
        resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '256Mi' } },
        securityContext: blockOf(containerSecurityContext()),
        volumeMounts: [tokenMount(), customConfigMount(), extraCaMount(), itemsOf(value((v) => v.volumeMounts))],
      },
    ],
    volumes: [tokenVolume(), customConfigVolume(), extraCaVolume(), itemsOf(value((v) => v.volumes))],
  }
}

/** `helm test`: what the runner needs, checked one by one. */
export function helmTest(scope: Construct): void {
  chartObject(scope, 'test-doctor', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: objectName('doctor'), labels: otherPodLabels('doctor'), annotations: hookAnnotations('test') },
    spec: oneOffPodSpec(['doctor']),
  })
}

/** Before the release goes: schedules stop, runs end, and nothing of them is left. */
export function uninstallHook(scope: Construct): void {
  chartObject(scope, 'uninstall-hook', {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: objectName('uninstall'), labels: labels('uninstall'), annotations: hookAnnotations('pre-delete') },
    spec: {
      backoffLimit: 2,
      activeDeadlineSeconds: 300,
      template: { metadata: { labels: otherPodLabels('uninstall') }, spec: oneOffPodSpec(['uninstall']) },
    } satisfies Marked<JobSpec>,
  })
}
