/** What keeps the pull secret for the vendor's registry: before the first pod, every six hours, and until the release goes. */
import type { CronJobSpec } from 'cdk8s-plus-28/lib/imports/k8s.js'
import type { Construct } from 'constructs'
import { call } from '../../expression/values.ts'
import type { Marked } from '../../tree/marked.ts'
import { valueOf } from '../../tree/marks.ts'
import { value } from '../../values/value.ts'
import { chartObject } from '../chart-object.ts'
import { hookAnnotations } from '../hook-annotations.ts'
import { labels, objectName } from '../names.ts'
import { whenWhole } from '../whole-number.ts'
import { REFRESHER_ACCOUNT } from './account-name.ts'
import { HAS_KEY_IN_VALUES, keyData } from './credentials.ts'
import { HAS_REFRESHER, HOOK_ACCOUNT, REMOVAL_ACCOUNT, refresherAccount, refresherName } from './refresher-account.ts'
import { REFRESHER, refreshArguments, refresherJob, refreshVariables, removeArguments, timeToLive } from './refresher-pod.ts'

/** Suffixes of the Secrets with a key of the values: the release's, under the vendor's name, and the hook's. */
const OWN_KEY = 'secrets'
const HOOK_KEY = 'ecr-hook-key'

/** Helm 4 prints what a failed hook said. */
const LOG_OF_FAILURE = { 'helm.sh/hook-output-log-policy': 'hook-failed' }

/** Less than the five minutes that Helm waits unless it is told otherwise. */
const HOOK_DEADLINE_SECONDS = 240
const DEADLINE_SECONDS = 300

/** The release's own: account, key and CronJob. */
export function ecrRefresher(scope: Construct): void {
  const metadata = { labels: labels(REFRESHER) }
  refresherAccount(scope, { id: 'ecr', account: REFRESHER_ACCOUNT, verbs: ['create', 'patch', 'delete'], metadata, bindingMetadata: metadata })
  chartObject(
    scope,
    'ecr-key',
    { apiVersion: 'v1', kind: 'Secret', metadata: { ...metadata, name: objectName(OWN_KEY) }, type: 'Opaque', stringData: keyData() },
    call('and', HAS_REFRESHER, HAS_KEY_IN_VALUES),
  )
  const pod = { account: REFRESHER_ACCOUNT, args: refreshArguments(OWN_KEY), env: refreshVariables(OWN_KEY) }
  chartObject(
    scope,
    'ecr-cron-job',
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { ...metadata, name: refresherName() },
      spec: {
        schedule: valueOf(call('text', value('ecrRegistryHelper.schedule'))),
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: 600,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 1,
        jobTemplate: { metadata, spec: refresherJob(pod, DEADLINE_SECONDS, whenWhole(value('ecrRegistryHelper.ttlSecondsAfterFinished'))) },
      } satisfies Marked<CronJobSpec>,
    },
    HAS_REFRESHER,
  )
}

/** The first token, before anything of the release is there, and a fresh one before each upgrade. All that the hook needs is its own. */
export function ecrFirstToken(scope: Construct): void {
  const hook = 'pre-install,pre-upgrade'
  const metadata = { labels: labels(REFRESHER), annotations: hookAnnotations(hook, -10) }
  const bindingMetadata = { ...metadata, annotations: hookAnnotations(hook, -9) }
  refresherAccount(scope, { id: 'ecr-hook', suffix: 'hook', account: HOOK_ACCOUNT, verbs: ['create', 'patch'], metadata, bindingMetadata })
  chartObject(
    scope,
    'ecr-hook-key',
    { apiVersion: 'v1', kind: 'Secret', metadata: { ...metadata, name: objectName(HOOK_KEY) }, type: 'Opaque', stringData: keyData() },
    call('and', HAS_REFRESHER, HAS_KEY_IN_VALUES),
  )
  const annotations = { ...hookAnnotations(hook, -5), ...LOG_OF_FAILURE }
  const pod = { account: HOOK_ACCOUNT, args: refreshArguments(HOOK_KEY), env: refreshVariables(HOOK_KEY) }
  chartObject(
    scope,
    'ecr-hook',
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { labels: labels(REFRESHER), annotations, name: refresherName('hook') },
      spec: refresherJob(pod, HOOK_DEADLINE_SECONDS, timeToLive()),
    },
    HAS_REFRESHER,
  )
}

/** Before the release goes: the pull secret goes with it, unless another release needs it. It needs no object of the release, which may have failed to install. */
export function ecrRemoval(scope: Construct): void {
  const metadata = { labels: labels(REFRESHER), annotations: hookAnnotations('pre-delete', -10) }
  const bindingMetadata = { ...metadata, annotations: hookAnnotations('pre-delete', -9) }
  refresherAccount(scope, { id: 'ecr-removal', suffix: 'removal', account: REMOVAL_ACCOUNT, verbs: ['patch', 'delete'], metadata, bindingMetadata })
  chartObject(
    scope,
    'ecr-removal',
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { labels: labels(REFRESHER), annotations: { ...hookAnnotations('pre-delete', 5), ...LOG_OF_FAILURE }, name: refresherName('removal') },
      spec: refresherJob({ account: REMOVAL_ACCOUNT, args: removeArguments(), env: [] }, HOOK_DEADLINE_SECONDS, timeToLive()),
    },
    HAS_REFRESHER,
  )
}
