import type { JobSpec, PodSpec } from 'cdk8s-plus-28/lib/imports/k8s.js'
import type { Construct } from 'constructs'
import type { Marked } from '../tree/marked.ts'
import { blockOf, itemsOf, valueOf, whenFilled } from '../tree/marks.ts'
import { value } from '../values/value.ts'
import { chartObject } from './chart-object.ts'
import { extraCaMount, extraCaVolume } from './extra-ca.ts'
import { runnerEnvironment } from './environment.ts'
import { hookAnnotations } from './hook-annotations.ts'
import { labels, objectName } from './names.ts'
import { RUNNER_ACCOUNT } from './runner-account.ts'
import { containerSecurityContext, customConfigMount, customConfigVolume, podPlacement, podSecurityContext } from './runner-deployment.ts'
import { RUNNER_IMAGE } from './runner-image.ts'
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
        envFrom: whenFilled(value((v) => v.envFrom)),
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
    metadata: { name: objectName('doctor'), labels: labels('doctor'), annotations: hookAnnotations('test') },
    spec: oneOffPodSpec(['doctor']),
  })
}

/** Helm gives a hook five minutes unless it is told otherwise: what has not ended by then is said before Helm gives up. */
const RUNS_TIME = '4m'
const JOB_SECONDS = 285
/** A Job that failed stays so long, for those who want to read what it said. */
const FAILED_STAYS_SECONDS = 600
/** What the program says about itself: trying again would not help. */
const EXIT_CODES_OF_OURS = [1, 2]

/**
 * Before the release goes: schedules stop, runs end, and nothing of them is left. Nothing comes after it, either: the runner is fenced off
 * by its own lease. Should it fail, Helm prints what it said.
 */
export function uninstallHook(scope: Construct): void {
  const annotations = { ...hookAnnotations('pre-delete'), 'helm.sh/hook-output-log-policy': 'hook-failed' }
  chartObject(scope, 'uninstall-hook', {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: objectName('uninstall'), labels: labels('uninstall'), annotations },
    spec: {
      backoffLimit: 2,
      activeDeadlineSeconds: JOB_SECONDS,
      ttlSecondsAfterFinished: FAILED_STAYS_SECONDS,
      podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: EXIT_CODES_OF_OURS }, onPodConditions: [] }] },
      template: { metadata: { labels: labels('uninstall') }, spec: oneOffPodSpec(['uninstall', '--timeout', RUNS_TIME]) },
    } satisfies Marked<JobSpec>,
  })
}
