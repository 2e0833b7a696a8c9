import type { EnvVar, JobSpec } from 'cdk8s-plus-28/lib/imports/k8s.js'
import type { Construct } from 'constructs'
import { call, literal } from '../expression/values.ts'
import type { Marked } from '../tree/marked.ts'
import { itemsOf } from '../tree/marks.ts'
import { value } from '../values/value.ts'
import { chartObject } from './chart-object.ts'
import { hookAnnotations } from './hook-annotations.ts'
import { INGESTION_NAMESPACE, labels, objectName } from './names.ts'
import { oneOffPodSpec } from './one-off-pod.ts'
import { UNINSTALL_ACCOUNT, uninstallAccount } from './uninstall-account.ts'
import { OPERATORS_OWN, type Variable, variableEntry } from './variable.ts'

/** Helm gives a hook five minutes unless it is told otherwise: what has not ended by then is said before Helm gives up. */
const RUNS_TIME = '4m'
const JOB_SECONDS = 285
/** A Job that failed stays so long, for those who want to read what it said. */
const FAILED_STAYS_SECONDS = 600
/** What the program says about itself: trying again would not help. */
const EXIT_CODES_OF_OURS = [1, 2]

/** What says whose objects go, and where. */
const VARIABLES: readonly Variable[] = [
  {
    name: 'AGENT_ID',
    value: call('text', value('config.agentId')),
  },
  { name: 'INGESTION_NAMESPACE', value: call('text', INGESTION_NAMESPACE) },
]
/** Where the API server is, for a pod that is told otherwise than Kubernetes does. */
const OF_API_SERVER = ['KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT']
const IS_TOLD_OTHERWISE = call('or', ...[...VARIABLES.map(({ name }) => name), ...OF_API_SERVER].map((name) => call('hasName', OPERATORS_OWN, name)))

/** The variables that `uninstall` reads, and no more: one from a Secret that is gone would keep the pod from starting. */
function uninstallVariables(): Marked<EnvVar>[] {
  return [...VARIABLES.map((variable) => variableEntry(variable, OPERATORS_OWN)), itemsOf(call('ifElse', IS_TOLD_OTHERWISE, OPERATORS_OWN, literal([])))]
}

/**
 * Before the release goes: schedules stop, runs end, and nothing of them is left. Nothing comes after it, either: the runner is fenced off
 * by its own lease. It needs no object of the release, for an install that failed has made only some of them. Should it fail, Helm prints
 * what it said.
 */
export function uninstallHook(scope: Construct): void {
  const annotations = { ...hookAnnotations('pre-delete'), 'helm.sh/hook-output-log-policy': 'hook-failed' }
  const args = ['uninstall', '--timeout', RUNS_TIME, '--deployment', objectName()]
  const spec = oneOffPodSpec({ account: UNINSTALL_ACCOUNT, args, env: uninstallVariables() })
  uninstallAccount(scope)
  chartObject(scope, 'uninstall-hook', {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: objectName('uninstall'), labels: labels('uninstall'), annotations },
    spec: {
      backoffLimit: 2,
      activeDeadlineSeconds: JOB_SECONDS,
      ttlSecondsAfterFinished: FAILED_STAYS_SECONDS,
      podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: EXIT_CODES_OF_OURS }, onPodConditions: [] }] },
      template: { metadata: { labels: labels('uninstall') }, spec },
    } satisfies Marked<JobSpec>,
  })
}
