/**
 * The Role of the runner, proven: a released runner lives through all that a runner lives through, and the audit log tells that it was
 * refused nothing, and that there is no verb in its Role that it did not use.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cluster, startCluster } from '../cluster/cluster.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { createNamespace, type TestNamespace } from '../cluster/namespaces.ts'
import { writeServiceAccountKubeconfig } from '../cluster/service-account.ts'
import { run } from '../cluster/shell.ts'
import { waitFor } from '../cluster/waiting.ts'
import type { Collate } from '../collate/client.ts'
import { loadRunnerImage } from '../image/runner-image.ts'
import { loadIngestionImage } from '../ingestion-image/image.ts'
import { testConnection } from '../scenario/automation-story.ts'
import { SERVER_VERSION, startServer } from '../scenario/place.ts'
import { runnerProgram } from '../scenario/runner-program.ts'
import { accepted } from '../scenario/run-story.ts'
import { deploy, ONCE_A_YEAR, scheduledPipeline, startJob, tell, untilCron, untilNoCron } from '../scenario/schedule-story.ts'
import { podOf, untilGone, untilSettled } from '../scenario/settled.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { type Release, releaseIn, releaseValues } from './release.ts'
import { releasedScenario } from './released-scenario.ts'
import { callsOf, refusedCalls, rightsOfRole, spareRights } from './rights-used.ts'

const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'
const AGENT_ID = 'audited'
const NAME = 'collate-prod-hybrid-ingestion-runner'

let cluster: Cluster
let namespace: TestNamespace
let collate: Collate
let release: Release
let scenario: Scenario

beforeAll(async () => {
  cluster = await startCluster({ name: 'test', nodes: 'kubelet', auditLog: true, reuse: true })
  namespace = await createNamespace(cluster, 'rights', { 'pod-security.kubernetes.io/enforce': 'restricted' })
  ;[collate] = await Promise.all([startServer(), loadRunnerImage(cluster), loadIngestionImage(cluster, [`om-${SERVER_VERSION}-cl-${SERVER_VERSION}`])])
  release = await releaseIn(cluster, namespace.name)
  const { config, ...values } = releaseValues(cluster, collate, AGENT_ID)
  await release.install({ ...values, replicaCount: 2, config: { ...(config as object), runTtlSeconds: 4 } })
  const kubeconfig = await writeServiceAccountKubeconfig(cluster, namespace.name, NAME)
  scenario = await releasedScenario({ cluster, namespace: namespace.name, collate, agentId: AGENT_ID, kubeconfig, program: await runnerProgram() })
  await collate.waitForRunner(AGENT_ID, 'Active', 60_000)
})

afterAll(async () => {
  await collate?.stop()
  if (process.env["KEEP_NS"] === undefined) await namespace?.delete()
})

/** A command of the runner, under its account, as somebody in its pod would give it. */
async function command(...args: readonly string[]): Promise<string> {
  return run(process.execPath, [scenario.place.program, ...args, '--namespace', namespace.name], { env: { KUBECONFIG: scenario.kubeconfig } })
}

/** Good and bad ends of runs, what is asked about them meanwhile, and that nothing stays of them. */
async function runs(): Promise<void> {
  const good = await accepted(scenario, { seconds: 3, lines: 20 })
  await collate.call('run/followLogs', { runner: AGENT_ID, runId: good.runId }, { agentId: AGENT_ID })
  const again = await accepted(scenario, { failAttempts: 1 }, { retries: 1, retryDelay: 1 })
  const killed = await accepted(scenario, { seconds: 300 })
  await collate.waitForStatus({ runId: killed.runId, state: 'running' }, 60_000)
  expect(await command('explain', killed.runId)).toContain(killed.runId)
  expect(await command('runs')).toContain(killed.runId)
  expect(await scenario.kill(killed.runId)).toMatchObject({ result: { code: 200 } })
  await collate.waitForFollowed({ runId: good.runId, isComplete: true }, 60_000)
  for (const { runId } of [good, again, killed]) await untilSettled(scenario, runId)
}

/** A record is kept for a minute after the time when its request could come again, so this takes longer than all else together. */
async function cleanUp(): Promise<void> {
  const { runId } = await accepted(scenario, {}, { notAfter: Date.now() + 5_000 })
  await untilSettled(scenario, runId)
  await untilGone(scenario, runId, 120_000)
}

async function automationsAndApplications(): Promise<void> {
  const automation = await testConnection(scenario, { exitCode: 3, lines: 2 })
  const runId = randomUUID()
  const { openMetadataServerConnection } = scenario.request().ingestionPipeline
  const app = {
    id: randomUUID(),
    name: 'AutomatorApplication',
    fullyQualifiedName: 'AutomatorApplication',
    sourcePythonClass: 'metadata.applications.automator.AutomatorApp',
    appConfiguration: { type: 'Automator', simulate: {} },
    openMetadataServerConnection,
  }
  expect(await collate.call('application/run', { runner: AGENT_ID, runId, app }, { agentId: AGENT_ID })).toMatchObject({ result: { code: 200 } })
  for (const id of [automation.runId, runId]) await untilSettled(scenario, id)
}

async function schedules(): Promise<void> {
  const pipeline = scheduledPipeline(scenario)
  await deploy(pipeline, { schedule: ONCE_A_YEAR })
  const ended = await startJob(pipeline)
  await untilSettled(scenario, ended.uid)
  await tell(pipeline, 'pipeline/toggle', { enabled: false })
  await untilCron(pipeline, ({ spec }) => spec.suspend)
  await tell(pipeline, 'pipeline/toggle', { enabled: true })
  await deploy(pipeline, { schedule: ONCE_A_YEAR, simulate: { seconds: 300 } })
  await untilCron(pipeline, ({ spec }) => !spec.suspend)
  const going = await startJob(pipeline)
  await collate.waitForStatus({ runId: going.uid, state: 'running' }, 60_000)
  expect(await scenario.kill(going.uid)).toMatchObject({ result: { code: 200 } })
  await untilSettled(scenario, going.uid)
  await tell(pipeline, 'pipeline/delete')
  await untilNoCron(pipeline)
}

/** The leader goes while a run is on; the other one takes it over. */
async function changeOfLeaders(): Promise<void> {
  const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace.name}/leases`
  const holder = async (): Promise<string> => {
    const [lease] = (await callJson(cluster.api, { method: 'GET', path }))['items'] as readonly { spec: { holderIdentity?: string } }[]
    return lease?.spec.holderIdentity ?? ''
  }
  const before = await holder()
  const [leader] = (await scenario.list('pods')).filter(({ metadata }) => before.includes(metadata.name))
  const { runId } = await accepted(scenario, { seconds: 6 })
  await waitFor(async () => podOf(scenario, runId), { what: 'the pod of the run', timeoutMs: 60_000 })
  await callJson(cluster.api, { method: 'DELETE', path: `/api/v1/namespaces/${namespace.name}/pods/${leader?.metadata.name}` })
  await waitFor(async () => ((await holder()) !== before && (await holder()) !== '' ? true : undefined), { what: 'another leader', timeoutMs: 60_000 })
  await collate.waitForStatus({ runId, state: 'success' }, 60_000)
}

test('the runner is refused nothing, and every verb of its Role is used', { timeout: 300_000 }, async () => {
  await Promise.all([runs(), ...(IS_ALL ? [cleanUp()] : []), automationsAndApplications(), schedules()])
  await changeOfLeaders()
  expect(await release.helm('test', '--logs')).toContain('Succeeded')
  const left = scheduledPipeline(scenario)
  await deploy(left, { schedule: ONCE_A_YEAR })
  await untilCron(left)
  await accepted(scenario, { seconds: 300 })
  const rights = await rightsOfRole(cluster, namespace.name, NAME)
  await release.uninstall()
  const calls = await callsOf(cluster, namespace.name, NAME, NAME)
  expect(refusedCalls(calls)).toEqual([])
  expect(spareRights(rights, calls)).toEqual([])
})
