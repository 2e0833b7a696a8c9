import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Cluster } from '../cluster/cluster.ts'
import { startCluster } from '../cluster/cluster.ts'
import { createNamespace } from '../cluster/namespaces.ts'
import type { TestNamespace } from '../cluster/namespaces.ts'
import { createPod, podLog, RESTRICTED_CONTAINER, waitForPod } from '../cluster/pods.ts'
import type { PodObject } from '../cluster/pods.ts'
import type { Collate } from '../collate/client.ts'
import { startCollate } from '../collate/client.ts'
import { Gates } from '../scenario/gates.ts'
import { loadIngestionImage } from './image.ts'

let cluster: Cluster
let namespace: TestNamespace
let collate: Collate
let image: string

beforeAll(async () => {
  cluster = await startCluster({ name: 'test', nodes: 'kubelet', auditLog: true, reuse: true })
  namespace = await createNamespace(cluster, 'image', { 'pod-security.kubernetes.io/enforce': 'restricted' })
  collate = await startCollate({ host: '0.0.0.0' })
  const [first, second] = await loadIngestionImage(cluster, ['1', 'om-1.11.1-cl-1.11.1'])
  expect(second).toBe('localhost/ingestion-stand-in:om-1.11.1-cl-1.11.1')
  image = first ?? ''
})

afterAll(async () => {
  await collate?.stop()
  await namespace?.delete()
})

const FQN = 'prod_mysql."nightly.load"'

interface Played {
  readonly runId: string
  readonly pod: PodObject
  readonly exitCode: number | undefined
  readonly reason: string | undefined
  readonly log: string
  readonly states: readonly string[]
}

function configFor(simulate: object): string {
  const server = { hostPort: `http://${cluster.hostIp}:${collate.port}/api`, securityConfig: { jwtToken: collate.tokens['bot'] } }
  return JSON.stringify({
    source: { type: 'mysql', serviceName: 'prod_mysql', sourceConfig: { config: { type: 'DatabaseMetadata', simulate } } },
    sink: { type: 'metadata-rest', config: {} },
    workflowConfig: { loggerLevel: 'INFO', openMetadataServerConfig: server },
    ingestionPipelineFQN: FQN,
    ingestionRunnerName: 'aws-prod',
  })
}

async function start(runId: string, env: Readonly<Record<string, string>>, more: object = {}): Promise<void> {
  const container = {
    name: 'main',
    image,
    command: ['python', 'main.py'],
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    securityContext: RESTRICTED_CONTAINER,
    resources: { limits: { memory: '64Mi', cpu: '500m' } },
    ...more,
  }
  await createPod(cluster, namespace.name, `run-${runId}`, { terminationGracePeriodSeconds: 30, containers: [container] })
}

async function ended(runId: string): Promise<Played> {
  const pod = await waitForPod(cluster, namespace.name, `run-${runId}`, ['Succeeded', 'Failed'])
  const end = pod.status.containerStatuses?.[0]?.state.terminated
  const states = (await collate.history({ fqn: FQN, runId })).map(({ status }) => status.pipelineState)
  return { runId, pod, exitCode: end?.exitCode, reason: end?.reason, log: await podLog(cluster, namespace.name, `run-${runId}`), states }
}

async function play(simulate: object): Promise<Played> {
  const runId = randomUUID()
  await start(runId, { config: configFor(simulate), pipelineType: 'metadata', pipelineRunId: runId })
  return await ended(runId)
}

test('a run posts running and success with the run id it was given, and logs like the real image', async () => {
  const run = await play({ seconds: 0.2, lines: 5 })
  expect(run).toMatchObject({ exitCode: 0, states: ['running', 'success'] })
  expect(run.log).toContain(`Executing workflow [${FQN}] in Runner [aws-prod]`)
  expect(run.log.match(/Processed table/g)).toHaveLength(5)
  const row = await collate.status(FQN, run.runId)
  expect(row).toMatchObject({ runId: run.runId, pipelineState: 'success', status: [{ name: 'Source', records: 5 }, { name: 'OpenMetadata' }] })
  expect(await collate.violations()).toEqual([])
})

test('a run that finds a queued row keeps its start and sets an end date with every change', async () => {
  const runId = randomUUID()
  const startDate = Date.now() - 60_000
  const queued = { runId, pipelineState: 'queued', startDate, timestamp: startDate }
  const url = `${collate.url}/api/v1/services/ingestionPipelines/${encodeURIComponent(FQN)}/pipelineStatus`
  const headers = { 'authorization': `Bearer ${collate.tokens['bot']}`, 'content-type': 'application/json' }
  expect((await fetch(url, { method: 'PUT', headers, body: JSON.stringify(queued) })).status).toBe(201)
  await start(runId, { config: configFor({}), pipelineType: 'metadata', pipelineRunId: runId })
  await ended(runId)
  const rows = (await collate.history({ fqn: FQN, runId })).map(({ status }) => status)
  expect(rows.map(({ pipelineState }) => pipelineState)).toEqual(['queued', 'running', 'success'])
  expect(rows[1]).toMatchObject({ startDate, endDate: expect.any(Number) })
})

test.each([
  { name: 'a partial success is posted, and exits with 0', simulate: { end: 'partialSuccess' }, exitCode: 0, states: ['running', 'partialSuccess'] },
  { name: 'a silent success exits with 0 and posts no end', simulate: { end: 'none' }, exitCode: 0, states: ['running'] },
  { name: 'an exit code other than 0 posts no end', simulate: { exitCode: 3 }, exitCode: 3, states: ['running'] },
  { name: 'a failure that is noticed is posted, too', simulate: { exitCode: 1, end: 'failed' }, exitCode: 1, states: ['running', 'failed'] },
])('$name', async ({ simulate, exitCode, states }) => {
  expect(await play(simulate)).toMatchObject({ exitCode, states })
})

test('memory above the limit is a real OOM kill', async () => {
  const run = await play({ allocateMiB: 128 })
  expect(run).toMatchObject({ exitCode: 137, reason: 'OOMKilled', states: ['running'] })
})

test('a run that waits half-way goes on when its gate is open, and not before', async () => {
  const gates = new Gates(cluster.hostIp)
  const [gate, runId] = [await gates.gate(), randomUUID()]
  await start(runId, { config: configFor({ waitAt: gate.url, lines: 4 }), pipelineType: 'metadata', pipelineRunId: runId })
  await gate.reached()
  expect((await collate.history({ fqn: FQN, runId })).map(({ status }) => status.pipelineState)).toEqual(['running'])
  const lines = (log: string): number => log.match(/Processed table/g)?.length ?? 0
  // The log is given once the kubelet has written that the container runs, a moment after its program does.
  await waitForPod(cluster, namespace.name, `run-${runId}`, ['Running'])
  expect(lines(await podLog(cluster, namespace.name, `run-${runId}`))).toBeLessThanOrEqual(2)
  gate.open()
  const run = await ended(runId)
  expect(run).toMatchObject({ exitCode: 0, states: ['running', 'success'] })
  expect(lines(run.log)).toBe(4)
  await gates.stop()
})

test('a run that is asked to stop ends with 143', async () => {
  const runId = randomUUID()
  await start(runId, { config: configFor({ seconds: 60 }), pipelineType: 'metadata', pipelineRunId: runId })
  await collate.waitForStatus({ fqn: FQN, runId, state: 'running' })
  const path = `/api/v1/namespaces/${namespace.name}/pods/run-${runId}`
  await waitForPod(cluster, namespace.name, `run-${runId}`, ['Running'])
  // Its node takes the log of a deleted pod away with the container, so it is read as it is written.
  const log = cluster.api({ method: 'GET', path: `${path}/log?follow=true` })
  const hold = { metadata: { finalizers: ['test.example/hold'] } }
  await cluster.api({ method: 'PATCH', path, body: hold, contentType: 'application/merge-patch+json' })
  await cluster.api({ method: 'DELETE', path })
  const run = await ended(runId)
  await cluster.api({ method: 'PATCH', path, body: { metadata: { finalizers: null } }, contentType: 'application/merge-patch+json' })
  expect(run).toMatchObject({ exitCode: 143, states: ['running'] })
  expect((await log).body).toContain('stopped by signal terminated')
})

test('a server that refuses the status calls is logged, and does not fail the run', async () => {
  const id = await collate.misbehave({ kind: 'answerRest', status: 500, match: { path: 'pipelineStatus' } })
  const run = await play({})
  await collate.behave(id)
  expect(run).toMatchObject({ exitCode: 0, states: [] })
  expect(run.log).toContain('Unhandled error trying to update Ingestion Pipeline status')
})

test.each([
  { name: 'without config', env: { pipelineType: 'metadata' }, message: 'Missing environment variable `config`' },
  { name: 'without pipelineType', env: { config: 'GOOD' }, message: 'Missing environment variable `pipelineType`' },
  { name: 'with an unknown pipelineType', env: { config: 'GOOD', pipelineType: 'Metadata' }, message: 'Cannot find the workflow for pipelineType [Metadata]' },
  {
    name: 'with a config that lacks parts',
    env: { config: '{"source":{"type":"mysql"}}', pipelineType: 'metadata' },
    message: 'config lacks sink, workflowConfig.openMetadataServerConfig',
  },
  { name: 'with a config that is not JSON', env: { config: '{', pipelineType: 'metadata' }, message: 'config is not JSON' },
])('$name the program prints an error and exits with 1', async ({ env, message }) => {
  const runId = randomUUID()
  const config = env.config === 'GOOD' ? configFor({}) : env.config
  await start(runId, { ...(env as Record<string, string>), ...(config !== undefined && { config }) })
  const run = await ended(runId)
  expect(run).toMatchObject({ exitCode: 1, states: [] })
  expect(run.log).toContain(message)
})

test('a config too large for the environment is read from a file by a line of Python', async () => {
  const runId = randomUUID()
  const code = "import os, runpy; os.environ['config'] = open('/etc/run/config').read(); runpy.run_path('main.py', run_name='__main__')"
  const path = `/api/v1/namespaces/${namespace.name}/configmaps`
  const data = { config: configFor({ padding: 'x'.repeat(200_000) }) }
  await cluster.api({ method: 'POST', path, body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'large' }, data } })
  const env = [
    { name: 'pipelineType', value: 'metadata' },
    { name: 'pipelineRunId', value: runId },
  ]
  const container = {
    name: 'main',
    image,
    command: ['python', '-c', code],
    env,
    securityContext: RESTRICTED_CONTAINER,
    volumeMounts: [{ name: 'config', mountPath: '/etc/run' }],
  }
  await createPod(cluster, namespace.name, `run-${runId}`, { containers: [container], volumes: [{ name: 'config', configMap: { name: 'large' } }] })
  expect(await ended(runId)).toMatchObject({ exitCode: 0, states: ['running', 'success'] })
})
