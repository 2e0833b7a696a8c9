import type { EnvVar, JobSpec, PodSpec, PodTemplateSpec } from 'cdk8s-plus-28/lib/imports/k8s.js'
import type { Expression } from '../../expression/expression.ts'
import { call } from '../../expression/values.ts'
import type { Marked } from '../../tree/marked.ts'
import { blockOf, entriesOf, itemsOf, valueOf, when, whenFilled } from '../../tree/marks.ts'
import { value } from '../../values/value.ts'
import { extraCaMount, extraCaVolume } from '../extra-ca.ts'
import { INGESTION_NAMESPACE, otherPodLabels, RELEASE, RELEASE_NAMESPACE } from '../names.ts'
import { NETWORK_VARIABLES } from '../network-variables.ts'
import { ownResources } from '../own-resources.ts'
import { containerSecurityContext, podPlacement, podSecurityContext } from '../runner-deployment.ts'
import { RUNNER_IMAGE } from '../runner-image.ts'
import { ifSet, variableEntry } from '../variable.ts'
import { wholeOr } from '../whole-number.ts'
import { keyVariables, secretOfKey } from './credentials.ts'
import { IS_INGESTION_APART, PULL_SECRET } from './refresher-account.ts'

const OPERATORS_OWN = value('ecrRegistryHelper.extraEnvs')

export const REFRESHER = 'ecr-registry-helper'

/** Arguments that say where the pull secret lies and for whom. */
function placeArguments(): Marked<string>[] {
  return [
    '--secret',
    PULL_SECRET,
    '--kept-for',
    valueOf(call('concat', RELEASE_NAMESPACE, '/', RELEASE)),
    '--namespace',
    valueOf(RELEASE_NAMESPACE),
    when(IS_INGESTION_APART, valueOf(INGESTION_NAMESPACE)),
  ]
}

/** @param ownSecret name of the Secret that holds a key of the values */
export function refreshArguments(ownSecret: string): Marked<string>[] {
  const region = value('ecrRegistryHelper.region')
  const keySecret = secretOfKey(ownSecret)
  return [
    'ecr-refresh',
    '--registry',
    valueOf(call('text', value('ecrRegistryHelper.registry'))),
    when(region, valueOf(call('concat', '--region=', region))),
    when(keySecret, valueOf(call('concat', '--keys-from=', keySecret))),
    ...placeArguments(),
  ]
}

export function removeArguments(): Marked<string>[] {
  return ['ecr-refresh', '--remove', ...placeArguments()]
}

/** The client of AWS looks for files there, and a user id that OpenShift gives has no home. */
const HOME = { name: 'HOME', value: '/tmp' }

export function refreshVariables(ownSecret: string): Marked<EnvVar>[] {
  const endpoint = ifSet('AWS_ENDPOINT_URL_ECR', value('ecrRegistryHelper.endpoint'))
  return [
    HOME,
    ...keyVariables(ownSecret),
    ...[endpoint, ...NETWORK_VARIABLES].map((variable) => variableEntry(variable, OPERATORS_OWN)),
    itemsOf(OPERATORS_OWN),
  ]
}

interface RefresherPod {
  readonly account: Expression
  readonly args: readonly Marked<string>[]
  readonly env: readonly Marked<EnvVar>[]
}

/** A pod of the runner's image, which is public: it must not need the secret that it makes. */
function podSpec({ account, args, env }: RefresherPod): Marked<PodSpec> {
  const { nodeSelector, tolerations, affinity, priorityClassName } = podPlacement() as Required<ReturnType<typeof podPlacement>>
  return {
    restartPolicy: 'Never',
    serviceAccountName: valueOf(account),
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    imagePullSecrets: whenFilled(value('imagePullSecrets')),
    nodeSelector,
    tolerations,
    affinity,
    priorityClassName,
    securityContext: blockOf(podSecurityContext()),
    containers: [
      {
        name: REFRESHER,
        image: valueOf(RUNNER_IMAGE),
        imagePullPolicy: valueOf(value('image.pullPolicy')),
        args,
        env,
        resources: ownResources('refresher'),
        securityContext: blockOf(containerSecurityContext()),
        volumeMounts: [extraCaMount()],
      },
    ],
    volumes: [extraCaVolume()],
  }
}

/** A Job of the refresher: tried again as the values say, and ended when it hangs. */
export function refresherJob(pod: RefresherPod, activeDeadlineSeconds: number, ttlSecondsAfterFinished: string): Marked<JobSpec> {
  const metadata = { labels: otherPodLabels(REFRESHER), annotations: entriesOf(value('podAnnotations')) }
  return {
    backoffLimit: valueOf(wholeOr(value('ecrRegistryHelper.backoffLimit'), 1)),
    activeDeadlineSeconds,
    // Wrong input stays wrong: only what failed outside is worth another try.
    podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [2] }, onPodConditions: [] }] },
    ttlSecondsAfterFinished,
    template: { metadata, spec: podSpec(pod) } satisfies Marked<PodTemplateSpec>,
  }
}

/** A hook's Job that failed stays for its log, and goes by itself. */
export function timeToLive(): string {
  return valueOf(wholeOr(value('ecrRegistryHelper.ttlSecondsAfterFinished'), 300))
}
