import { callJson } from '../cluster/kubernetes-api.ts'
import { auditEvents } from '../scenario/audit-log.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { CreatedPod, Evidence } from './exactly-once.ts'
import type { OutageStage } from './outage-stage.ts'
import type { ProgramMark } from './program-marks.ts'
import type { ToldState } from './told-state.ts'

/** What Collate, the API server and the programs themselves have of every run of the stage. */
export async function evidenceOf({ released: { scenario }, marks: programs }: OutageStage): Promise<Evidence> {
  const marks = programs.all().map((mark) => ({ ...mark, runId: mark.runId === '' ? (runIdIn(mark.pod) ?? '') : mark.runId }))
  return { told: [...(await toldOfPipelines(scenario)), ...(await toldOfAutomations(scenario))], created: await createdPods(scenario, marks), marks }
}

/** Of a pod that the runner has created. */
function runIdIn(pod: string): string | undefined {
  return /^run-([0-9a-f-]{36})-/.exec(pod)?.[1]
}

async function toldOfPipelines({ collate }: Scenario): Promise<ToldState[]> {
  return (await collate.history()).map(({ runId, writer, status }) => ({ runId, writer, state: status.pipelineState }))
}

const ENDS: Readonly<Record<string, ToldState['state']>> = { Successful: 'success', Failed: 'failed' }

/** A Workflow keeps no history: how often the runner has written its end is counted in the calls. The name ends with the id of the run. */
async function toldOfAutomations({ collate }: Scenario): Promise<ToldState[]> {
  const [workflows, requests] = [await collate.workflows(), await collate.requests()]
  return workflows.flatMap(({ id = '', name, status }) => {
    const state = ENDS[status]
    if (state === undefined) return []
    const runId = name.slice(-36)
    const isWrite = ({ method, path, token, status: code }: (typeof requests)[number]): boolean =>
      method === 'PATCH' && token === 'runner' && code === 200 && (path.includes(id) || path.includes(name))
    const byRunner = requests.filter(isWrite).map((): ToldState => ({ runId, state, writer: 'runner' }))
    return byRunner.length > 0 ? byRunner : [{ runId, state, writer: 'bot' }]
  })
}

const OF_JOBS = /^cron-/

/**
 * A Job has its pods named by the API server, and the request does not hold the name; the scheduler's binding, which a pod gets once, does.
 * Whose such a pod is, is told by its program, or by the Job controller.
 */
async function createdPods(scenario: Scenario, marks: readonly ProgramMark[]): Promise<CreatedPod[]> {
  const creations = (await auditEvents(scenario.cluster, scenario.namespace)).filter(
    ({ verb, resource, code, isDryRun }) => verb === 'create' && resource === 'pods' && code === 201 && !isDryRun,
  )
  const jobs = await podsOfJobs(scenario)
  const named = creations.filter(({ subresource, name }) => subresource === '' && runIdIn(name) !== undefined)
  const bound = creations.filter(({ subresource, name }) => subresource === 'binding' && OF_JOBS.test(name))
  return [
    ...named.map(({ name }) => ({ pod: name, runId: runIdIn(name) })),
    ...bound.map(({ name }) => ({ pod: name, runId: marks.find(({ pod }) => pod === name)?.runId ?? jobs.get(name) })),
  ]
}

interface KubernetesEvent {
  readonly reason: string
  readonly message: string
  readonly involvedObject: { readonly kind: string; readonly uid: string }
}

/** By the events of the Job controller: uids of Jobs by the names of their pods. */
async function podsOfJobs({ cluster, namespace }: Scenario): Promise<ReadonlyMap<string, string>> {
  const { items } = (await callJson(cluster.api, { method: 'GET', path: `/api/v1/namespaces/${namespace}/events` })) as {
    readonly items: readonly KubernetesEvent[]
  }
  const creations = items.filter(({ reason, involvedObject }) => reason === 'SuccessfulCreate' && involvedObject.kind === 'Job')
  return new Map(creations.map(({ message, involvedObject }) => [message.slice(message.lastIndexOf(' ') + 1), involvedObject.uid]))
}
