import type { Container, DeploymentSpec, ObjectMeta, PodSpec, Volume, VolumeMount } from 'cdk8s-plus-28/lib/imports/k8s.js'
import type { Construct } from 'constructs'
import type { Expression } from '../expression/expression.ts'
import { call, literal } from '../expression/values.ts'
import type { Marked } from '../tree/marked.ts'
import { blockOf, itemsOf, valueOf, when, whenFilled, whenSet, entriesOf } from '../tree/marks.ts'
import { value } from '../values/value.ts'
import { chartObject } from './chart-object.ts'
import { extraCaMount, extraCaVolume } from './extra-ca.ts'
import { CUSTOM_CONFIG_CHECKSUM } from './custom-config-files.ts'
import { APP_PORT, METRICS_PORT, runnerEnvironment } from './environment.ts'
import { ownResources } from './own-resources.ts'
import { CUSTOM_CONFIG_FOLDER, HAS_CUSTOM_CONFIG } from './pod-variables.ts'
import { labels, objectName, runnerPodLabels, selectorLabels, RUNNER_ACCOUNT } from './names.ts'
import { HAS_RUNNER_PULL_SECRETS, RUNNER_IMAGE, RUNNER_PULL_SECRETS } from './runner-image.ts'
import { tokenChecksum, tokenMount, tokenVolume } from './token.ts'
import { whenWhole } from './whole-number.ts'

/** Of container and port: alerts and the Service find them by these. */
export const RUNNER_CONTAINER = 'hybrid-ingestion-runner'
const IS_OPENSHIFT = value('openshift.enabled')

export function runnerDeployment(scope: Construct): void {
  chartObject(scope, 'deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: objectName(), labels: labels(), annotations: entriesOf(value('deploymentAnnotations')) },
    spec: {
      replicas: whenWhole(value('replicaCount')),
      // The new runner stands by until the old one has let go of its lease.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      selector: { matchLabels: selectorLabels() },
      template: { metadata: podMetadata(), spec: podSpec() },
    } satisfies Marked<DeploymentSpec>,
  })
}

/** Not the chart's version: a new chart with the same runner need not start it anew. */
function podMetadata(): Marked<ObjectMeta> {
  return {
    labels: runnerPodLabels(),
    annotations: {
      ...tokenChecksum(),
      'checksum/ingestion-config': when(HAS_CUSTOM_CONFIG, valueOf(CUSTOM_CONFIG_CHECKSUM)),
      ...entriesOf(call('without', value('podAnnotations'), 'checksum/auth-token', 'checksum/ingestion-config')),
    },
  }
}

function podSpec(): Marked<PodSpec> {
  return {
    serviceAccountName: valueOf(RUNNER_ACCOUNT),
    terminationGracePeriodSeconds: valueOf(call('ifElse', call('isSet', value('terminationGracePeriodSeconds')), value('terminationGracePeriodSeconds'), 30)),
    enableServiceLinks: false,
    ...podPlacement(),
    securityContext: blockOf(podSecurityContext()),
    containers: [runnerContainer()],
    volumes: [tokenVolume(), customConfigVolume(), extraCaVolume(), itemsOf(value('volumes'))],
  }
}

/** Where the chart's own pods run, what pulls their image, and how urgent they are. */
export function podPlacement(): Partial<Record<keyof PodSpec, string>> {
  return {
    imagePullSecrets: when(HAS_RUNNER_PULL_SECRETS, blockOf(RUNNER_PULL_SECRETS)),
    nodeSelector: whenFilled(value('nodeSelector')),
    tolerations: whenFilled(value('tolerations')),
    affinity: whenFilled(value('affinity')),
    topologySpreadConstraints: whenFilled(value('topologySpreadConstraints')),
    priorityClassName: whenSet(value('priorityClassName')),
  }
}

/** OpenShift gives the ids; what the operator says of anything else holds. */
export function podSecurityContext(): Expression {
  const given = value('podSecurityContext')
  return call('ifElse', IS_OPENSHIFT, call('without', given, 'runAsUser', 'runAsGroup', 'fsGroup'), call('orElse', given, literal({})))
}

export function containerSecurityContext(): Expression {
  const given = value('securityContext')
  return call('ifElse', IS_OPENSHIFT, call('without', given, 'runAsUser', 'runAsGroup'), call('orElse', given, literal({})))
}

function runnerContainer(): Marked<Container> {
  return {
    name: RUNNER_CONTAINER,
    image: valueOf(RUNNER_IMAGE),
    imagePullPolicy: valueOf(value('image.pullPolicy')),
    args: ['serve'],
    env: runnerEnvironment(),
    envFrom: whenFilled(value('envFrom')),
    ports: [
      { name: 'app', containerPort: valueOf(APP_PORT), protocol: 'TCP' },
      { name: 'metrics-app', containerPort: valueOf(METRICS_PORT), protocol: 'TCP' },
    ],
    livenessProbe: blockOf(orProbe(value('livenessProbe'), '/livez', 10)),
    readinessProbe: blockOf(orProbe(value('readinessProbe'), '/readyz', 5)),
    resources: ownResources('runner'),
    securityContext: blockOf(containerSecurityContext()),
    volumeMounts: [tokenMount(), customConfigMount(), extraCaMount(), itemsOf(value('volumeMounts'))],
  }
}

function orProbe(given: Expression, path: string, periodSeconds: number): Expression {
  return call('orElse', given, literal({ httpGet: { path, port: 'app' }, periodSeconds, failureThreshold: 3, timeoutSeconds: 3 }))
}

export function customConfigVolume(): Marked<Volume> {
  return when<Marked<Volume>>(HAS_CUSTOM_CONFIG, { name: 'ingestion-config', configMap: { name: objectName('ingestion-config') } })
}

export function customConfigMount(): Marked<VolumeMount> {
  return when<Marked<VolumeMount>>(HAS_CUSTOM_CONFIG, { name: 'ingestion-config', mountPath: CUSTOM_CONFIG_FOLDER, readOnly: true })
}
