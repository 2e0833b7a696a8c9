import type { CoreV1Event, V1Pod } from '@kubernetes/client-node'
import { LABEL_ATTEMPT, LABEL_RECORD, LABEL_ROLE, LABEL_RUN_ID } from '../../compiler/labels.ts'
import { parseRecord } from '../../compiler/record-config-map.ts'
import type { StoredRecord } from '../../compiler/record.ts'
import type { Cluster, Wire } from '../cluster/cluster.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import { LABEL_WORKFLOW } from '../observe/observed-workflow.ts'
import type { Findings } from './explain.ts'

const RUN_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/

/** What of an argument keeps it from being a name or an id. */
export function nameProblem(name: string): string | undefined {
  return RUN_ID.test(name) || NAME.test(name) ? undefined : `${JSON.stringify(name)} is neither the name of a pod, Workflow or record nor the id of a run`
}

type Found = Pick<Findings, 'pod' | 'record' | 'workflow' | 'events'>

/** Reads what there is of a run, by the name of its pod, Workflow or record or by its id. undefined when there is nothing. */
export async function findRun(name: string, cluster: Cluster): Promise<Found | undefined> {
  const found = RUN_ID.test(name)
    ? await findById(name.toLowerCase(), cluster)
    : ((await findPod(name, cluster)) ?? (await findWorkflow(name, cluster)) ?? (await findRecord(name, cluster)))
  if (found === undefined) return undefined
  return { ...found, events: found.pod === undefined ? [] : await eventsOf(found.pod, cluster) }
}

type Objects = Omit<Found, 'events'>

async function findById(runId: string, cluster: Cluster): Promise<Objects | undefined> {
  const selector = `${LABEL_RUN_ID}=${runId}`
  const [pod, records] = await Promise.all([
    newestPod(selector, cluster),
    cluster.list('configmaps', { labelSelector: `${selector},${LABEL_ROLE}=record`, limit: 10 }),
  ])
  const record = recordOf(records.items[0])
  return pod === undefined && record === undefined ? undefined : { ...(pod === undefined ? {} : { pod }), ...(record === undefined ? {} : { record }) }
}

async function findPod(name: string, cluster: Cluster): Promise<Objects | undefined> {
  const pod = await cluster.read('pods', name)
  return pod === undefined ? undefined : withRecord({ pod }, pod.metadata?.labels?.[LABEL_RECORD], cluster)
}

async function findWorkflow(name: string, cluster: Cluster): Promise<Objects | undefined> {
  const workflow = await readWorkflow(name, cluster)
  if (workflow === undefined) return undefined
  const { phase = '', message = '' } = Object(Reflect.get(workflow, 'status')) as { readonly phase?: string; readonly message?: string }
  const pod = await newestPod(`${LABEL_WORKFLOW}=${name}`, cluster)
  return withRecord({ workflow: { name, phase, message }, ...(pod === undefined ? {} : { pod }) }, workflow.metadata?.labels?.[LABEL_RECORD], cluster)
}

/** Without Argo, or a right to its objects, there is no Workflow of that name. */
async function readWorkflow(name: string, cluster: Cluster): Promise<Wire<'workflows'> | undefined> {
  try {
    return await cluster.read('workflows', name)
  } catch (error) {
    if (isClusterError(error, 'Forbidden', 'NotFound')) return undefined
    throw error
  }
}

async function findRecord(name: string, cluster: Cluster): Promise<Objects | undefined> {
  const record = recordOf(await cluster.read('configmaps', name))
  const pod = record === undefined ? undefined : await newestPod(`${LABEL_RECORD}=${name}`, cluster)
  return record === undefined ? undefined : { record, ...(pod === undefined ? {} : { pod }) }
}

async function withRecord(found: Objects, recordName: string | undefined, cluster: Cluster): Promise<Objects> {
  const record = recordName === undefined ? undefined : recordOf(await cluster.read('configmaps', recordName))
  return { ...found, ...(record === undefined ? {} : { record }) }
}

/** A record that another version of the runner wrote counts as none. */
function recordOf(configMap: Wire<'configmaps'> | undefined): StoredRecord | undefined {
  const parsed = configMap === undefined ? undefined : parseRecord(configMap)
  return parsed?.ok === true ? parsed.value : undefined
}

async function newestPod(labelSelector: string, cluster: Cluster): Promise<V1Pod | undefined> {
  const { items } = await cluster.list('pods', { labelSelector, limit: 500 })
  return items.toSorted((one, other) => rank(other) - rank(one))[0]
}

/** The last attempt; of pods without one, the youngest. */
function rank({ metadata }: V1Pod): number {
  return Number(metadata?.labels?.[LABEL_ATTEMPT] ?? '0') * 1e15 + new Date(metadata?.creationTimestamp ?? 0).getTime()
}

/** Nothing where the account may not read them. */
async function eventsOf(pod: V1Pod, cluster: Cluster): Promise<readonly CoreV1Event[]> {
  try {
    const fieldSelector = `involvedObject.uid=${pod.metadata?.uid ?? ''}`
    return (await cluster.list('events', { labelSelector: '', fieldSelector, limit: 100 })).items
  } catch (error) {
    if (isClusterError(error, 'Forbidden')) return []
    throw error
  }
}
