import { LABEL_PIPELINE_TYPE } from '../../../compiler/labels.ts'
import type { Cluster } from '../../cluster/cluster.ts'
import { callJson } from '../../cluster/kubernetes-api.ts'
import { RESTRICTED_CONTAINER } from '../../cluster/pods.ts'
import { waitFor } from '../../cluster/waiting.ts'
import { startWebhook } from './admission-webhook.ts'
import { openPlace, type Place } from '../place.ts'
import { type Scenario, startScenario } from '../scenario.ts'
import { type Registry, startRegistry } from './registry.ts'

/** Where the cases play: one namespace, one runner that most of them share, and what has to stand in their way. */
export interface Stage {
  readonly place: Place
  readonly shared: Scenario
  /** undefined on a cluster whose nodes are not ours. */
  readonly registry: Registry | undefined
  /** False before Kubernetes 1.30, which does not serve them by itself. */
  readonly hasAdmissionPolicies: boolean
  readonly props: Props
  stop(): Promise<void>
}

/** Names of what stands in the way. They are the namespace's own: other tests on this cluster do not meet them. */
export interface Props {
  /** A label that no node has. */
  readonly nowhere: string
  /** Label and name of a node that nobody tolerates. */
  readonly taintedNode: string
  /** A resource of which the real node has one. */
  readonly slot: string
  readonly lowPriority: string
  readonly highPriority: string
  /** A quota for pods of this priority has no room. */
  readonly quota: string
  readonly quotaPriority: string
  readonly admissionPolicy: string
}

/** Which pipeline type meets what. Pods of type metadata meet nothing. */
export const TYPE_OF = {
  affinity: 'profiler',
  resources: 'lineage',
  taint: 'usage',
  preemption: 'autoClassification',
  quota: 'dataInsight',
  admission: 'elasticSearchReindex',
  priorityClass: 'dbt',
  // Types that a newer server may send: their pods never get so far as to run.
  webhook: 'denied',
  podSecurity: 'joined',
} as const

export async function openStage(namespacePrefix = 'failures'): Promise<Stage> {
  const place = await openPlace({ namespacePrefix })
  const props = propsFor(place.namespace)
  const hasAdmissionPolicies = await servesAdmissionPolicies(place.cluster)
  const removals = await setUp(place.cluster, place.namespace, props, hasAdmissionPolicies)
  const [registry, shared] = await Promise.all([
    place.cluster.external ? undefined : startRegistry(place.cluster),
    startScenario({ place, agentId: 'shared', environment: { SIMPLEK8S_PIPELINE_TYPE_CONFIGS: JSON.stringify(tableFor(props)) } }),
  ])
  return {
    place,
    shared,
    registry,
    hasAdmissionPolicies,
    props,
    stop: async () => {
      await shared.stop()
      await registry?.stop()
      for (const remove of removals) await remove()
      await place.stop()
    },
  }
}

function propsFor(namespace: string): Props {
  const named = (what: string): string => `${namespace}-${what}`
  return {
    nowhere: named('nowhere'),
    taintedNode: named('tainted'),
    slot: `example.com/${named('slot')}`,
    lowPriority: named('low'),
    highPriority: named('high'),
    quota: named('quota'),
    quotaPriority: named('limited'),
    admissionPolicy: named('no-reindex'),
  }
}

/** So that the tainted nodes of other tests are no reason beside the one that is meant. */
const EVERY_TAINT = [{ operator: 'Exists' }]

function tableFor(props: Props): object {
  return {
    [TYPE_OF.affinity]: { nodeSelector: { 'example.com/pool': props.nowhere }, tolerations: EVERY_TAINT },
    [TYPE_OF.resources]: { resources: { requests: { cpu: '900' }, limits: { cpu: '900' } }, tolerations: EVERY_TAINT },
    [TYPE_OF.taint]: { nodeSelector: { 'example.com/pool': props.taintedNode } },
    [TYPE_OF.preemption]: { priorityClass: props.lowPriority, resources: { requests: { [props.slot]: '1' }, limits: { [props.slot]: '1' } } },
    [TYPE_OF.quota]: { priorityClass: props.quotaPriority },
    [TYPE_OF.priorityClass]: { priorityClass: 'not-there' },
  }
}

type Removal = () => Promise<unknown>
type Create = (path: string, body: { readonly metadata: { readonly name: string } }) => Promise<Removal>

async function setUp(cluster: Cluster, namespace: string, props: Props, hasAdmissionPolicies: boolean): Promise<readonly Removal[]> {
  const { api } = cluster
  const create: Create = async (path, body) => {
    await callJson(api, { method: 'POST', path, body })
    return async () => api({ method: 'DELETE', path: `${path}/${body.metadata.name}` })
  }
  const priority = async (name: string, value: number): Promise<Removal> =>
    create('/apis/scheduling.k8s.io/v1/priorityclasses', { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value } as never)
  return [
    await create('/api/v1/nodes', taintedNode(props)),
    await priority(props.lowPriority, -100),
    await priority(props.highPriority, -50),
    await priority(props.quotaPriority, 0),
    await create(`/api/v1/namespaces/${namespace}/resourcequotas`, quotaFor(props, 0)),
    ...(hasAdmissionPolicies ? await setUpPolicy(api, namespace, props, create) : []),
    await addToNode(api, props.slot),
    await startWebhook(cluster, namespace, `${namespace}.example.com`, {
      denied: { type: TYPE_OF.webhook, message: 'pods need a team label' },
      joined: { type: TYPE_OF.podSecurity },
    }),
  ]
}

const POLICIES = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies'

async function servesAdmissionPolicies({ api }: Cluster): Promise<boolean> {
  return (await api({ method: 'GET', path: POLICIES })).status !== 404
}

/** The API server reads a policy a moment after it was written. */
async function setUpPolicy(api: Cluster['api'], namespace: string, props: Props, create: Create): Promise<readonly Removal[]> {
  const removals = await Promise.all(admissionPolicy(namespace, props).map(async ({ path, body }) => create(path, body)))
  const metadata = { name: 'trial', labels: { [LABEL_PIPELINE_TYPE]: TYPE_OF.admission } }
  const body = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'main', image: 'x', securityContext: RESTRICTED_CONTAINER }] } }
  const isEnforced = async (): Promise<true | undefined> => {
    const answer = await api({ method: 'POST', path: `/api/v1/namespaces/${namespace}/pods?dryRun=All`, body })
    return answer.body.includes(props.admissionPolicy) ? true : undefined
  }
  await waitFor(isEnforced, { what: `the policy ${props.admissionPolicy} enforced` })
  return removals
}

function taintedNode({ taintedNode: name }: Props): { readonly metadata: { readonly name: string } } {
  const taints = [{ key: 'example.com/dedicated', value: 'others', effect: 'NoSchedule' }]
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'example.com/pool': name } }, spec: { taints } } as never
}

/** A quota that only holds for pods of one priority, so that the others of the namespace do not meet it. */
export function quotaFor({ quota, quotaPriority }: Props, pods: number): { readonly metadata: { readonly name: string } } {
  const scopeSelector = { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: [quotaPriority] }] }
  return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: quota }, spec: { hard: { pods: String(pods) }, scopeSelector } } as never
}

interface Creation {
  readonly path: string
  readonly body: { readonly metadata: { readonly name: string } }
}

function admissionPolicy(namespace: string, { admissionPolicy: name }: Props): readonly Creation[] {
  const apiVersion = 'admissionregistration.k8s.io/v1'
  const pods = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }
  const isOther = `object.metadata.?labels[?'${LABEL_PIPELINE_TYPE}'].orValue('') != '${TYPE_OF.admission}'`
  const spec = { failurePolicy: 'Fail', matchConstraints: { resourceRules: [pods] }, validations: [{ expression: isOther, message: 'no reindexing here' }] }
  const matchResources = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }
  const binding = { policyName: name, validationActions: ['Deny'], matchResources }
  return [
    { path: POLICIES, body: { apiVersion, kind: 'ValidatingAdmissionPolicy', metadata: { name }, spec } as never },
    {
      path: '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings',
      body: { apiVersion, kind: 'ValidatingAdmissionPolicyBinding', metadata: { name }, spec: binding } as never,
    },
  ]
}

/** Gives one ready node one piece of a resource, as a device plugin would. */
async function addToNode(api: Cluster['api'], resource: string): Promise<Removal> {
  const { items } = (await callJson(api, { method: 'GET', path: '/api/v1/nodes' })) as unknown as { readonly items: readonly NodeObject[] }
  const node = items.find(({ status }) => status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'))
  if (node === undefined) throw new Error('no node of the cluster is ready')
  const patch = async (value: string | null): Promise<unknown> =>
    callJson(api, {
      method: 'PATCH',
      path: `/api/v1/nodes/${node.metadata.name}/status`,
      body: { status: { capacity: { [resource]: value }, allocatable: { [resource]: value } } },
      contentType: 'application/merge-patch+json',
    })
  await patch('1')
  return async () => patch(null)
}

interface NodeObject {
  readonly metadata: { readonly name: string }
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
}
