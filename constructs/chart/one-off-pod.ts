import type { EnvFromSource, EnvVar, PodSpec, Volume, VolumeMount } from 'cdk8s-plus-28/lib/imports/k8s.js'
import type { Expression } from '../expression/expression.ts'
import type { Marked } from '../tree/marked.ts'
import { blockOf, valueOf } from '../tree/marks.ts'
import { value } from '../values/value.ts'
import { containerSecurityContext, podPlacement, podSecurityContext } from './runner-deployment.ts'
import { RUNNER_IMAGE } from './runner-image.ts'

interface OneOffPod {
  readonly account: Expression
  readonly args: readonly Marked<string>[]
  readonly env: readonly Marked<EnvVar>[]
  readonly envFrom?: Marked<EnvFromSource[]>
  readonly volumes?: readonly Marked<Volume>[]
  readonly volumeMounts?: readonly Marked<VolumeMount>[]
}

/** A pod of the runner's image that does one thing and ends, in the runner's place. */
export function oneOffPodSpec({ account, args, env, envFrom, volumes, volumeMounts }: OneOffPod): Marked<PodSpec> {
  return {
    restartPolicy: 'Never',
    serviceAccountName: valueOf(account),
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    ...podPlacement(),
    securityContext: blockOf(podSecurityContext()),
    containers: [
      {
        name: 'hybrid-runner',
        image: valueOf(RUNNER_IMAGE),
        imagePullPolicy: valueOf(value('image.pullPolicy')),
        args,
        env,
        ...(envFrom === undefined ? {} : { envFrom }),
        resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '256Mi' } },
        securityContext: blockOf(containerSecurityContext()),
        ...(volumeMounts === undefined ? {} : { volumeMounts }),
      },
    ],
    ...(volumes === undefined ? {} : { volumes }),
  }
}
