import type { DeploymentSpec, PodSpec, PolicyRule } from 'cdk8s-plus-28/lib/imports/k8s.js'
import type { Construct } from 'constructs'
import type { Expression } from '../../expression/expression.ts'
import { call, literal, named, type Operand } from '../../expression/values.ts'
import type { Marked } from '../../tree/marked.ts'
import { blockOf, valueOf, when, whenFilled } from '../../tree/marks.ts'
import { value } from '../../values/value.ts'
import { chartObject } from '../chart-object.ts'
import { INGESTION_NAMESPACE, labels, RELEASE } from '../names.ts'
import { ownResources } from '../own-resources.ts'

/** The newest patch of the line that the vendor's chart installs. */
const ARGO_VERSION = 'v3.7.14'
const IS_INSTALLED = value('installArgoWorkflows')
const NAME = named(
  'argo-name',
  call('concat', call('truncated', call('orElse', value('argoWorkflows.fullnameOverride'), 'argo-workflows'), 43), '-workflow-controller'),
)
const IMAGE = value('argoWorkflows.controller.image')
const EXECUTOR_IMAGE = value('argoWorkflows.executor.image')
/** Of both images, unless one has its own. */
const TAG = value('argoWorkflows.images.tag')
const REGISTRY = call('orElse', call('valueOfKey', IMAGE, 'registry'), 'quay.io')

/** Restricted to the namespace of the ingestion pods, where it does all of its work: no rights in any other. */
const RULES: readonly PolicyRule[] = [
  { apiGroups: [''], resources: ['pods'], verbs: ['create', 'get', 'list', 'watch', 'patch', 'delete'] },
  // By a signal it stops the program of a Workflow that is to end.
  { apiGroups: [''], resources: ['pods/exec'], verbs: ['create'] },
  { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['create', 'get', 'delete'] },
  { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
  { apiGroups: ['argoproj.io'], resources: ['workflows'], verbs: ['create', 'get', 'list', 'watch', 'update', 'patch', 'delete'] },
  { apiGroups: ['argoproj.io'], resources: ['cronworkflows'], verbs: ['list', 'watch', 'patch'] },
  // OpenShift asks for this of whoever makes an object that its owner must wait for.
  { apiGroups: ['argoproj.io'], resources: ['workflows/finalizers', 'cronworkflows/finalizers'], verbs: ['update'] },
  // It watches them, and Workflows of one container never have any.
  { apiGroups: ['argoproj.io'], resources: ['workflowtasksets', 'workflowartifactgctasks', 'workflowtemplates'], verbs: ['list', 'watch'] },
  { apiGroups: ['argoproj.io'], resources: ['workflowtaskresults'], verbs: ['list', 'watch', 'deletecollection'] },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create', 'get', 'update'] },
]

/** Argo's controller. No Argo server: the runner asks the cluster's own API. */
export function argoController(scope: Construct): void {
  const metadata = { name: valueOf(NAME), namespace: valueOf(INGESTION_NAMESPACE), labels: labels('argo') }
  chartObject(scope, 'argo-service-account', { apiVersion: 'v1', kind: 'ServiceAccount', metadata }, IS_INSTALLED)
  chartObject(scope, 'argo-role', { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules: RULES }, IS_INSTALLED)
  chartObject(
    scope,
    'argo-role-binding',
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: valueOf(NAME) },
      subjects: [{ kind: 'ServiceAccount', name: valueOf(NAME), namespace: valueOf(INGESTION_NAMESPACE) }],
    },
    IS_INSTALLED,
  )
  chartObject(
    scope,
    'argo-config',
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: {
        workflowDefaults: valueOf(call('json', call('orElse', value('argoWorkflows.controller.workflowDefaults'), literal({})))),
      },
    },
    IS_INSTALLED,
  )
  chartObject(scope, 'argo-deployment', { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: deploymentSpec() }, IS_INSTALLED)
}

const imageValue = (image: Expression, field: string): Expression => call('valueOfKey', image, field)

/** The first that is said of several. */
function firstOf(first: Operand, ...others: readonly Operand[]): Operand {
  return others.reduce((one, other) => call('orElse', one, other), first)
}

function controllerImage(): string {
  const tag = firstOf(imageValue(IMAGE, 'tag'), TAG, ARGO_VERSION)
  return imageText(REGISTRY, firstOf(imageValue(IMAGE, 'repository'), 'argoproj/workflow-controller'), tag)
}

/** The executor belongs to the controller: what is not said of it is taken from there. */
function executorImage(): string {
  const registry = firstOf(imageValue(EXECUTOR_IMAGE, 'registry'), REGISTRY)
  const tag = firstOf(imageValue(EXECUTOR_IMAGE, 'tag'), TAG, imageValue(IMAGE, 'tag'), ARGO_VERSION)
  return imageText(registry, firstOf(imageValue(EXECUTOR_IMAGE, 'repository'), 'argoproj/argoexec'), tag)
}

function imageText(registry: Operand, repository: Operand, tag: Operand): string {
  return valueOf(call('concat', registry, '/', repository, ':', tag))
}

/** The nodes that were named for the controller alone; else those of the chart's own pods, all of it together: a mixture may fit no node. */
function placement(): Partial<Record<keyof PodSpec, string>> {
  const own = {
    nodeSelector: value('argoWorkflows.controller.nodeSelector'),
    tolerations: value('argoWorkflows.controller.tolerations'),
    affinity: value('argoWorkflows.controller.affinity'),
  }
  const hasOwn = call('or', ...Object.values(own))
  const chosen = (ofController: Expression, ofChart: Expression): string => whenFilled(call('ifElse', hasOwn, ofController, ofChart))
  return {
    nodeSelector: chosen(own.nodeSelector, value('nodeSelector')),
    tolerations: chosen(own.tolerations, value('tolerations')),
    affinity: chosen(own.affinity, value('affinity')),
  }
}

const PRIORITY = call('orElse', value('argoWorkflows.controller.priorityClassName'), value('priorityClassName'))

const PULL_SECRETS = call('orElse', value('argoWorkflows.images.pullSecrets'), value('imagePullSecrets'))

const HEALTH = { path: '/healthz', port: 6060 }
/** Argo's own figures: what it looks for, a Workflow that nobody has taken up, is minutes old. */
const LIVENESS = { httpGet: HEALTH, initialDelaySeconds: 90, periodSeconds: 60, timeoutSeconds: 30, failureThreshold: 3 }

function deploymentSpec(): Marked<DeploymentSpec> {
  // The name and labels that the vendor's chart gives to its controller: labels by which a Deployment finds its pods cannot change.
  const selector = { 'app.kubernetes.io/name': 'argoWorkflows-workflow-controller', 'app.kubernetes.io/instance': valueOf(RELEASE) }
  return {
    replicas: 1,
    strategy: { type: 'Recreate' },
    selector: { matchLabels: selector },
    template: {
      metadata: { labels: selector },
      spec: {
        serviceAccountName: valueOf(NAME),
        enableServiceLinks: false,
        imagePullSecrets: whenFilled(PULL_SECRETS),
        ...placement(),
        priorityClassName: when(PRIORITY, valueOf(PRIORITY)),
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name: 'controller',
            image: controllerImage(),
            command: ['workflow-controller'],
            args: ['--namespaced', '--configmap', valueOf(NAME), '--executor-image', executorImage()],
            env: [
              { name: 'ARGO_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
              { name: 'LEADER_ELECTION_IDENTITY', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            ],
            ports: [{ name: 'metrics', containerPort: 9090 }],
            startupProbe: { httpGet: HEALTH, periodSeconds: 2, failureThreshold: 60 },
            livenessProbe: blockOf(call('orElse', value('argoWorkflows.controller.livenessProbe'), literal(LIVENESS))),
            resources: ownResources('argo'),
            securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsNonRoot: true, capabilities: { drop: ['ALL'] } },
          },
        ],
      },
    },
  }
}
