/**
 * The Roles of a release under Argo, proven as those of the other executor are: the runner's, that of Argo's real controller, and that of
 * the ingestion pods. On a cluster of its own, where no other controller acts on Workflows.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildPrograms } from '../cluster/build-cache.ts'
import { type Cluster, startCluster } from '../cluster/cluster.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { consoleProgress } from '../cluster/progress.ts'
import { run } from '../cluster/shell.ts'
import { ARGO_PROGRAMS } from '../cluster/versions.ts'
import { waitFor } from '../cluster/waiting.ts'
import { accepted } from '../scenario/run-story.ts'
import { prepareScenario, type Scenario } from '../scenario/scenario.ts'
import { deploy, EVERY_MINUTE, ONCE_A_YEAR, type ScheduledPipeline, scheduledPipeline, tell } from '../scenario/schedule-story.ts'
import { recordOf, untilSettled } from '../scenario/settled.ts'
import { ARGO_VALUES, loadArgoImages } from './argo-images.ts'
import { openReleasedPlace, RELEASED_NAME, type ReleasedPlace } from './released-account.ts'
import { callsOf, refusedCalls, rightsOfRole, spareRights } from './rights-used.ts'

/** A cluster, a minute until a schedule fires, and Argo's ten seconds a look: more than a whole run of the tests has to spare. */
const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'
const AGENT_ID = 'audited-argo'
/** What Argo needs now and then: after a conflict, for an event that comes again, for a pod that waits or runs when its Workflow is stopped, for volume claims, and on OpenShift. */
const NOW_AND_THEN = [
  'get workflows.argoproj.io',
  'patch workflows.argoproj.io',
  'patch events',
  'get pods',
  'delete pods',
  'create pods/exec',
  'create persistentvolumeclaims',
  'get persistentvolumeclaims',
  'delete persistentvolumeclaims',
  'update workflows/finalizers.argoproj.io',
  'update cronworkflows/finalizers.argoproj.io',
]
const CONTROLLER = 'argo-workflows-workflow-controller'

let cluster: Cluster
let place: ReleasedPlace
let scenario: Scenario

beforeAll(async () => {
  if (!IS_ALL) return
  await buildPrograms(ARGO_PROGRAMS, consoleProgress(process.stderr))
  cluster = await startCluster({ name: 'rights', nodes: 'kubelet', auditLog: true })
  await loadArgoImages(cluster)
  place = await openReleasedPlace(cluster, AGENT_ID, ARGO_VALUES, 'argo')
  scenario = await prepareScenario({ place, agentId: AGENT_ID, environment: { ARGO_SECONDS_AFTER_COMPLETION_TTL: '5' } })
  await scenario.startRunner()
})

afterAll(async () => {
  await scenario?.stop()
  await cluster?.stop()
})

async function untilCronWorkflow({ id }: ScheduledPipeline, isThere: boolean): Promise<void> {
  const probe = async (): Promise<true | undefined> =>
    (await scenario.list('cronworkflows')).some(({ metadata }) => metadata.name.includes(id)) === isThere ? true : undefined
  await waitFor(probe, { what: `the CronWorkflow of ${id}` })
}

async function workflowOf(runId: string): Promise<string> {
  const found = (await scenario.list('workflows')).find(({ metadata }) => metadata.name.includes(runId))
  if (found === undefined) throw new Error(`there is no Workflow of ${runId}`)
  return found.metadata.name
}

/** As `argo terminate` does. */
async function terminate(runId: string): Promise<void> {
  const path = `/apis/argoproj.io/v1alpha1/namespaces/${place.namespace}/workflows/${await workflowOf(runId)}`
  const body = { spec: { shutdown: 'Terminate' } }
  await callJson(cluster.api, { method: 'PATCH', path, body, contentType: 'application/merge-patch+json' })
}

/** Ends of every kind: good, bad, tried again, killed, and stopped by Argo itself, which enters the pod for that. */
async function runs(): Promise<void> {
  const good = await accepted(scenario, { lines: 2 })
  const again = await accepted(scenario, { failAttempts: 1 }, { retries: 1, retryDelay: 1 })
  const late = await accepted(scenario, { seconds: 300 }, { workflowTimeout: 30 })
  const killed = await accepted(scenario, { seconds: 300 })
  const terminated = await accepted(scenario, { seconds: 300 })
  for (const { runId } of [killed, terminated]) await scenario.collate.waitForStatus({ runId, state: 'running' })
  await terminate(terminated.runId)
  await expect(run(process.execPath, [place.program, 'explain', 'nobody'], { env: { ...scenario.environment } })).rejects.toThrow('there is no pod, Workflow')
  expect(await scenario.kill(killed.runId)).toMatchObject({ result: { code: 200 } })
  for (const { runId } of [good, again, late, killed, terminated]) await untilSettled(scenario, runId)
}

async function schedules(): Promise<void> {
  const pipeline = scheduledPipeline(scenario)
  await deploy(pipeline, { schedule: EVERY_MINUTE })
  const fired = await waitFor(async () => (await scenario.list('workflows')).find(({ metadata }) => metadata.name.includes(pipeline.id)), {
    what: `a firing of ${pipeline.id}`,
  })
  await waitFor(async () => recordOf(scenario, fired.metadata.uid), { what: 'its record' })
  await tell(pipeline, 'pipeline/toggle', { enabled: false })
  await scenario.collate.waitForStatus({ runId: fired.metadata.uid, state: 'success' })
  await tell(pipeline, 'pipeline/delete')
  await untilCronWorkflow(pipeline, false)
}

/** What was started under Argo ends as it is, and fires no more. */
async function switchExecutors(): Promise<void> {
  const pipeline = scheduledPipeline(scenario)
  await deploy(pipeline, { schedule: ONCE_A_YEAR })
  await untilCronWorkflow(pipeline, true)
  const gate = await place.gate()
  const going = await accepted(scenario, { waitAt: gate.url })
  const killed = await accepted(scenario, { seconds: 300 })
  for (const { runId } of [going, killed]) await scenario.collate.waitForStatus({ runId, state: 'running' })
  await scenario.runner().stop()
  await scenario.startRunner({ EXECUTOR_TYPE: 'simpleK8s' })
  await untilCronWorkflow(pipeline, false)
  gate.open()
  expect(await scenario.kill(killed.runId)).toMatchObject({ result: { code: 200 } })
  for (const { runId } of [going, killed]) await untilSettled(scenario, runId)
}

async function expectExact(account: string, role: string, isCounted: (right: string) => boolean = () => true): Promise<void> {
  const calls = await callsOf(cluster, place.namespace, account)
  expect.soft(refusedCalls(calls), account).toEqual([])
  expect.soft(spareRights(await rightsOfRole(cluster, place.namespace, role), calls).filter(isCounted), account).toEqual([])
}

test.runIf(IS_ALL)('nobody is refused anything, and every verb of Argo is used', async () => {
  await Promise.all([runs(), schedules()])
  await switchExecutors()
  await expectExact(RELEASED_NAME, RELEASED_NAME, (right) => right.endsWith('.argoproj.io'))
  await expectExact(CONTROLLER, CONTROLLER, (right) => !NOW_AND_THEN.includes(right))
  await expectExact('ingestion', `${RELEASED_NAME}-ingestion`, (right) => right.endsWith('.argoproj.io'))
})
