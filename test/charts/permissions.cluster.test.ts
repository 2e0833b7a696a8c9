/**
 * The Role of the runner, proven: under it a runner lives through all that a runner lives through, and the audit log tells that it was
 * refused nothing, and that there is no verb in its Role that was not used.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { UNINSTALL_PERMISSIONS } from '../../compiler/permissions.ts'
import { startCluster } from '../cluster/cluster.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { writeServiceAccountKubeconfig } from '../cluster/service-account.ts'
import { run } from '../cluster/shell.ts'
import { PATIENCE_MS, waitFor } from '../cluster/waiting.ts'
import { testConnection } from '../scenario/automation-story.ts'
import { accepted } from '../scenario/run-story.ts'
import { prepareScenario, type Scenario } from '../scenario/scenario.ts'
import { deploy, ONCE_A_YEAR, type ScheduledPipeline, scheduledPipeline, startJob, tell, untilCron, untilNoCron } from '../scenario/schedule-story.ts'
import { recordOf, untilGone, untilSettled } from '../scenario/settled.ts'
import { openReleasedPlace, RELEASED_NAME, type ReleasedPlace } from './released-account.ts'
import { runApplication } from './run-application.ts'
import { callsOf, refusedCalls, rightsOfRole, spareRights } from './rights-used.ts'

const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'
const AGENT_ID = 'audited'
const UNINSTALLER = 'uninstaller'
/** Of Argo, which this cluster does not have: the runner looks whether it left anything there, and what follows then is another test's. */
const OF_ARGO = ['get workflows', 'watch workflows', 'patch workflows', 'delete workflows', 'patch cronworkflows', 'delete cronworkflows']

let place: ReleasedPlace
let scenario: Scenario

beforeAll(async () => {
  const cluster = await startCluster({ name: 'test', nodes: 'kubelet', auditLog: true, reuse: true })
  place = await openReleasedPlace(cluster, AGENT_ID)
  const small = { INGESTION_AUTOMATION_WORKFLOW_CPU_REQUEST: '10m', INGESTION_AUTOMATION_WORKFLOW_MEMORY_REQUEST: '16Mi' }
  scenario = await prepareScenario({ place, agentId: AGENT_ID, environment: { ...small, RUN_TTL_SECONDS: '4' } })
  await scenario.startRunner()
})

afterAll(async () => {
  await scenario?.stop()
  await place?.stop()
})

/** A command of the runner, under its account, as its pod or a hook of the chart would give it. */
async function command(...args: readonly string[]): Promise<string> {
  return run(process.execPath, [place.program, ...args], { env: { ...scenario.environment } })
}

/** An account with the rights that the hook of `helm uninstall` has for as long as it runs. Gives its kubeconfig. */
async function uninstallAccount({ cluster, namespace }: ReleasedPlace): Promise<string> {
  const create = async (root: string, resource: string, body: object): Promise<void> =>
    void (await callJson(cluster.api, {
      method: 'POST',
      path: `${root}/namespaces/${namespace}/${resource}`,
      body: { ...body, metadata: { name: UNINSTALLER } },
    }))
  const rbac = '/apis/rbac.authorization.k8s.io/v1'
  await create('/api/v1', 'serviceaccounts', {})
  await create(rbac, 'roles', { rules: UNINSTALL_PERMISSIONS })
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: UNINSTALLER }
  await create(rbac, 'rolebindings', { roleRef, subjects: [{ kind: 'ServiceAccount', name: UNINSTALLER, namespace }] })
  return writeServiceAccountKubeconfig(cluster, namespace, UNINSTALLER)
}

/** Rights of an account's Role that nothing has used, but for those on what this cluster does not have. */
async function spareRightsOf(account: string): Promise<string[]> {
  const calls = await callsOf(place.cluster, place.namespace, account)
  expect(refusedCalls(calls), account).toEqual([])
  const rights = await rightsOfRole(place.cluster, place.namespace, account)
  return spareRights(rights, calls).filter((right) => !OF_ARGO.includes(right.replace('.argoproj.io', '')))
}

/** Good and bad ends of runs, and what is asked about them meanwhile. */
async function runs(): Promise<void> {
  const { collate } = scenario
  const good = await accepted(scenario, { seconds: 3, lines: 20 })
  const again = await accepted(scenario, { failAttempts: 1 }, { retries: 1, retryDelay: 1 })
  const killed = await accepted(scenario, { seconds: 300 })
  await collate.waitForStatus({ runId: killed.runId, state: 'running' })
  expect(await command('explain', killed.runId)).toContain(killed.runId)
  expect(await command('runs')).toContain(killed.runId)
  expect(await scenario.kill(killed.runId)).toMatchObject({ result: { code: 200 } })
  // A follow ends with its link, and is asked for anew then.
  const isFollowed = async (): Promise<true | undefined> => {
    await collate.call('run/followLogs', { runner: AGENT_ID, runId: good.runId }, { agentId: AGENT_ID })
    return (await collate.followed(good.runId)).some(({ isComplete }) => isComplete) ? true : undefined
  }
  await waitFor(isFollowed, { what: 'the log of a run followed to its end', everyMs: 1_000 })
  for (const { runId } of [good, again, killed]) await untilSettled(scenario, runId)
}

/** A record is kept for a minute after the time when its request could come again, so this takes longer than all else together. */
async function cleanUp(): Promise<void> {
  const { runId } = await accepted(scenario, {}, { notAfter: Date.now() + 15_000 })
  await untilSettled(scenario, runId)
  await untilGone(scenario, runId)
}

async function automationsAndApplications(): Promise<void> {
  const automation = await testConnection(scenario, { exitCode: 3, lines: 2 })
  const application = await runApplication(scenario)
  for (const runId of [automation.runId, application]) await untilSettled(scenario, runId)
}

async function schedules(): Promise<void> {
  const pipeline = scheduledPipeline(scenario)
  await deploy(pipeline, { schedule: ONCE_A_YEAR })
  const ended = await startJob(pipeline)
  await scenario.collate.waitForStatus({ runId: ended.uid, state: 'success' })
  await tell(pipeline, 'pipeline/toggle', { enabled: false })
  await untilCron(pipeline, ({ spec }) => spec.suspend)
  await tell(pipeline, 'pipeline/toggle', { enabled: true })
  const { spec: first } = await untilCron(pipeline, ({ spec }) => !spec.suspend)
  await deploy(pipeline, { schedule: ONCE_A_YEAR, simulate: { seconds: 300 } })
  await untilCron(pipeline, ({ spec }) => !spec.suspend && JSON.stringify(spec.jobTemplate) !== JSON.stringify(first.jobTemplate))
  const going = await startJob(pipeline)
  await scenario.collate.waitForStatus({ runId: going.uid, state: 'running' })
  expect(await scenario.kill(going.uid)).toMatchObject({ result: { code: 200 } })
  await scenario.collate.waitForStatus({ runId: going.uid, state: 'stopped' })
  await killBeforeItsPod(pipeline)
  await tell(pipeline, 'pipeline/delete')
  await untilNoCron(pipeline)
}

/** A Job that has made no pod is all there is to take away. */
async function killBeforeItsPod(pipeline: ScheduledPipeline): Promise<void> {
  const { uid } = await startJob(pipeline, { suspend: true })
  await waitFor(async () => recordOf(scenario, uid), { what: `the record of ${uid}` })
  expect(await scenario.kill(uid)).toMatchObject({ result: { code: 200 } })
  // No request of it can come again, so its record goes soon after its end.
  await scenario.collate.waitForStatus({ runId: uid, state: 'stopped' })
}

/** The leader dies while a run is on; another one takes the run over. */
async function changeOfLeaders(): Promise<void> {
  const leader = scenario.runner()
  const gate = await place.gate()
  const { runId } = await accepted(scenario, { waitAt: gate.url })
  await gate.reached()
  await leader.kill()
  await scenario.startRunner({ POD_NAME: 'another', POD_UID: 'another' })
  gate.open()
  expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
}

test('the runner and its uninstall are refused nothing, and every verb of their Roles is used', async () => {
  await Promise.all([runs(), ...(IS_ALL ? [cleanUp()] : []), automationsAndApplications(), schedules()])
  await changeOfLeaders()
  expect(await command('doctor')).not.toContain('not known')
  const left = scheduledPipeline(scenario)
  await deploy(left, { schedule: ONCE_A_YEAR })
  await untilCron(left)
  await accepted(scenario, { seconds: 300 })
  await scenario.runner().stop()
  // The API server writes its log after it has answered.
  await expect.poll(async () => spareRightsOf(RELEASED_NAME), { timeout: PATIENCE_MS }).toEqual([])
  const args = ['uninstall', '--namespace', place.namespace, '--agent', AGENT_ID, '--deployment', 'another']
  expect(await run(process.execPath, [place.program, ...args], { env: { KUBECONFIG: await uninstallAccount(place) } })).toContain('nothing')
  await expect.poll(async () => spareRightsOf(UNINSTALLER), { timeout: PATIENCE_MS }).toEqual([])
})
