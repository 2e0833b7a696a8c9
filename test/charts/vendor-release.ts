import { stringify } from 'yaml'
import { RUNNER_IMAGE_VALUES } from '../image/runner-image.ts'

/** A release of the vendor's chart, as far as its objects matter to who takes it over. */
export interface VendorRelease {
  readonly name: string
  readonly executor: 'simpleK8s' | 'argo'
  /** `argoWorkflows.fullnameOverride`. */
  readonly argoName: string
  readonly agentId: string
  readonly token: string
  readonly serverHost: string
}

interface VendorObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly [key: string]: unknown }
  readonly [key: string]: unknown
}

const CHART = 'hybrid-ingestion-runner'
const VERSION = '1.13.3'
const IMAGE = `${RUNNER_IMAGE_VALUES.repository}:${RUNNER_IMAGE_VALUES.tag}`
const RBAC = 'rbac.authorization.k8s.io/v1'
/** Plays any program of the old release that is there and does nothing. */
const IDLE = ['node', '-e', "process.on('SIGTERM', () => process.exit()); setInterval(() => undefined, 1e6)"]

/** The files of a chart that makes the same objects, under the same names and labels, as the vendor's does. Its one Job that is a hook is gone after the install, there and here. */
export function vendorChart(release: VendorRelease): Record<string, string> {
  const objects = vendorObjects(release).map((object) => stringify(object, { lineWidth: 0 }))
  return {
    'Chart.yaml': stringify({ apiVersion: 'v2', name: CHART, type: 'application', version: VERSION, appVersion: VERSION }),
    'templates/objects.yaml': objects.join('---\n'),
  }
}

export function vendorObjects(release: VendorRelease): VendorObject[] {
  const isArgo = release.executor === 'argo'
  return [
    ...ofRunner(release),
    ...ofIngestion(release, isArgo),
    ...ofPullSecret(release),
    ...(isArgo ? [...ofClient(release), ...ofArgo(release)] : ofJobs(release)),
  ]
}

export function fullName({ name }: Pick<VendorRelease, 'name'>): string {
  return `${name}-${CHART}`
}

const selectorOf = ({ name }: VendorRelease) => ({ 'app.kubernetes.io/name': CHART, 'app.kubernetes.io/instance': name })

const labelsOf = (release: VendorRelease) => ({
  'helm.sh/chart': `${CHART}-${VERSION}`,
  ...selectorOf(release),
  'app.kubernetes.io/version': VERSION,
  'app.kubernetes.io/managed-by': 'Helm',
})

function ofRunner(release: VendorRelease): VendorObject[] {
  const metadata = { name: fullName(release), labels: labelsOf(release) }
  const ports = [
    { name: 'app', containerPort: 8585, protocol: 'TCP' },
    { name: 'metrics-app', containerPort: 8989, protocol: 'TCP' },
  ]
  const container = { name: CHART, image: IMAGE, command: IDLE, ports, env: environment(release), resources: null }
  const template = { metadata: { labels: labelsOf(release) }, spec: { serviceAccountName: fullName(release), containers: [container] } }
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: true },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: 1, selector: { matchLabels: selectorOf(release) }, template } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        type: 'ClusterIP',
        ports: [
          { name: 'app', port: 8585, targetPort: 'app', protocol: 'TCP' },
          { name: 'metrics-app', port: 8989, targetPort: 'metrics-app', protocol: 'TCP' },
        ],
        selector: selectorOf(release),
      },
    },
  ]
}

/** In the vendor's order, the token in clear text as his chart writes it. */
function environment({ executor, agentId, token, serverHost, argoName }: VendorRelease) {
  const ofExecutor =
    executor === 'argo'
      ? [
          { name: 'PIPELINE_SERVICE_CLIENT_ENDPOINT', value: `http://${argoName}-server.argo-workflows.svc:2746` },
          { name: 'ARGO_TOKEN', valueFrom: { secretKeyRef: { name: 'argowf-client-token', key: 'token' } } },
        ]
      : []
  return [
    { name: 'INGESTION_SERVICE_ACCOUNT_NAME', value: 'ingestion' },
    ...(executor === 'argo' ? [] : [{ name: 'EXECUTOR_TYPE', value: 'simpleK8s' }]),
    { name: executor === 'argo' ? 'ARGO_PIPELINE_TYPE_CONFIGS' : 'SIMPLEK8S_PIPELINE_TYPE_CONFIGS', value: '' },
    { name: 'AGENT_ID', value: agentId },
    { name: 'AUTH_TOKEN', value: token },
    { name: 'SERVER_URL', value: `wss://${serverHost}` },
    { name: 'SERVER_HOST_API_URL', value: `https://${serverHost}/api` },
    { name: 'SECRETS_MANAGER', value: 'kubernetes' },
    ...ofExecutor,
  ]
}

function role(release: VendorRelease, name: string, account: string, rules: readonly object[], roleName = name): VendorObject[] {
  const labels = labelsOf(release)
  return [
    { apiVersion: RBAC, kind: 'Role', metadata: { name: roleName, labels }, rules },
    {
      apiVersion: RBAC,
      kind: 'RoleBinding',
      metadata: { name, labels },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: roleName },
      subjects: [{ kind: 'ServiceAccount', name: account }],
    },
  ]
}

const tokenSecret = (name: string, account: string): VendorObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, annotations: { 'kubernetes.io/service-account.name': account } },
  type: 'kubernetes.io/service-account-token',
})

function ofIngestion(release: VendorRelease, isArgo: boolean): VendorObject[] {
  const results = { apiGroups: ['argoproj.io'], resources: ['workflowtaskresults'], verbs: ['create', 'patch'] }
  const secrets = { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch'] }
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'ingestion', labels: labelsOf(release) }, automountServiceAccountToken: true },
    ...role(release, 'ingestion', 'ingestion', isArgo ? [results, secrets] : [secrets]),
    tokenSecret('ingestion.service-account-token', 'ingestion'),
  ]
}

function ofJobs(release: VendorRelease): VendorObject[] {
  return role(release, 'hybrid-runner', fullName(release), [
    { apiGroups: ['batch'], resources: ['jobs'], verbs: ['create', 'get', 'list', 'watch', 'delete', 'patch', 'update'] },
    { apiGroups: [''], resources: ['pods', 'pods/log', 'configmaps'], verbs: ['create', 'get', 'list', 'watch', 'delete'] },
  ])
}

function ofPullSecret(release: VendorRelease): VendorObject[] {
  const account = 'omd-pull-secret-refresh'
  const labels = labelsOf(release)
  const full = fullName(release)
  const pod = { serviceAccountName: account, restartPolicy: 'Never', containers: [{ name: 'ecr-registry-helper', image: IMAGE, command: IDLE }] }
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, labels } },
    ...role(release, 'ecr-registry-helper', account, [{ apiGroups: [''], resources: ['secrets'], verbs: ['create', 'delete'] }], `${full}-ecr-registry-helper`),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `${full}-config`, labels }, data: { AWS_REGION: 'eu-west-1' } },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: `${full}-secrets`, labels }, stringData: { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE' } },
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'ecr-registry-helper', labels },
      spec: { schedule: '0 0/6 * * *', concurrencyPolicy: 'Forbid', jobTemplate: { spec: { template: { spec: pod } } } },
    },
  ]
}

function ofClient(release: VendorRelease): VendorObject[] {
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'argowf-client', labels: labelsOf(release) }, automountServiceAccountToken: false },
    ...role(release, 'argowf-client', 'argowf-client', [
      { apiGroups: ['argoproj.io'], resources: ['workflows', 'cronworkflows'], verbs: ['create', 'get', 'list', 'watch', 'update', 'patch', 'delete'] },
    ]),
    tokenSecret('argowf-client-token', 'argowf-client'),
  ]
}

/** Of the sub-chart, what has a name that ours might have: the controller. And what has none here: the server. */
function ofArgo({ name, argoName }: VendorRelease): VendorObject[] {
  return ['workflow-controller', 'server'].flatMap((part): VendorObject[] => {
    const selector = { 'app.kubernetes.io/name': `argoWorkflows-${part}`, 'app.kubernetes.io/instance': name }
    const labels = { ...selector, 'app.kubernetes.io/component': part, 'app.kubernetes.io/managed-by': 'Helm', 'app.kubernetes.io/part-of': 'argo-workflows' }
    const account = `argo-workflows-${part === 'server' ? 'server' : 'controller'}-sa`
    const pod = { serviceAccountName: account, containers: [{ name: part === 'server' ? 'argo-server' : 'controller', image: IMAGE, command: IDLE }] }
    const metadata = { name: `${argoName}-${part}`, labels }
    return [
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, labels } },
      { apiVersion: RBAC, kind: 'ClusterRole', metadata, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['create', 'delete'] }] },
      {
        apiVersion: RBAC,
        kind: 'ClusterRoleBinding',
        metadata,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: metadata.name },
        subjects: [{ kind: 'ServiceAccount', name: account, namespace: 'argo-workflows' }],
      },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: { replicas: 1, strategy: { type: 'Recreate' }, selector: { matchLabels: selector }, template: { metadata: { labels }, spec: pod } },
      },
    ]
  })
}
