import type { Construct } from 'constructs'
import { call } from '../../expression/values.ts'
import { value } from '../../values/value.ts'
import { chartObject } from '../chart-object.ts'
import { labels } from '../names.ts'

interface Definition {
  readonly kind: string
  readonly plural: string
  readonly shortNames: readonly string[]
  readonly scope: 'Namespaced' | 'Cluster'
}

/** Every kind that Argo's controller reads or writes. */
const DEFINITIONS: readonly Definition[] = [
  { kind: 'Workflow', plural: 'workflows', shortNames: ['wf'], scope: 'Namespaced' },
  { kind: 'CronWorkflow', plural: 'cronworkflows', shortNames: ['cwf', 'cronwf'], scope: 'Namespaced' },
  { kind: 'WorkflowTemplate', plural: 'workflowtemplates', shortNames: ['wftmpl'], scope: 'Namespaced' },
  { kind: 'ClusterWorkflowTemplate', plural: 'clusterworkflowtemplates', shortNames: ['clusterwftmpl', 'cwft'], scope: 'Cluster' },
  { kind: 'WorkflowTaskSet', plural: 'workflowtasksets', shortNames: ['wfts'], scope: 'Namespaced' },
  { kind: 'WorkflowTaskResult', plural: 'workflowtaskresults', shortNames: [], scope: 'Namespaced' },
  { kind: 'WorkflowArtifactGCTask', plural: 'workflowartifactgctasks', shortNames: ['wfat'], scope: 'Namespaced' },
  { kind: 'WorkflowEventBinding', plural: 'workfloweventbindings', shortNames: ['wfeb'], scope: 'Namespaced' },
]

const IS_WANTED = value('argoWorkflows.crds.install')

/** Only a plain no leaves them out: a section that null has taken away does not. */
const IS_INSTALLED = call('and', value('installArgoWorkflows'), call('or', call('not', call('isSet', IS_WANTED)), IS_WANTED))

/**
 * Argo's resource definitions without their schemas: the whole ones are larger than a release may be. They stay when the release goes,
 * as everything of a kind goes with its definition.
 */
export function argoDefinitions(scope: Construct): void {
  for (const definition of DEFINITIONS) argoDefinition(scope, definition)
}

function argoDefinition(scope: Construct, { kind, plural, shortNames, scope: reach }: Definition): void {
  const open = { 'type': 'object', 'x-kubernetes-map-type': 'atomic', 'x-kubernetes-preserve-unknown-fields': true }
  const schema = {
    openAPIV3Schema: {
      'type': 'object',
      'required': ['metadata'],
      'properties': { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' }, spec: open, status: open },
      'x-kubernetes-preserve-unknown-fields': true,
    },
  }
  chartObject(
    scope,
    `argo-crd-${plural}`,
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.argoproj.io`, labels: labels('argo'), annotations: { 'helm.sh/resource-policy': 'keep' } },
      spec: {
        group: 'argoproj.io',
        names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase(), ...(shortNames.length === 0 ? {} : { shortNames }) },
        scope: reach,
        versions: [{ name: 'v1alpha1', served: true, storage: true, schema }],
      },
    },
    IS_INSTALLED,
  )
}
