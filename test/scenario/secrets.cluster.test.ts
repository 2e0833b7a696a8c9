/**
 * Secrets stay where they belong: planted values are looked for in everything that comes out of a runner at work, and the runner's account
 * cannot read a Secret.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiRequest, callJson } from '../cluster/kubernetes-api.ts'
import { waitFor } from '../cluster/waiting.ts'
import { auditEvents } from './audit-log.ts'
import { RUNNER_ACCOUNT } from './runner-account.ts'
import type { RunRequest } from './run-request.ts'
import { type Scenario, startScenario } from './scenario.ts'
import { podOf, untilSettled } from './settled.ts'
import { tokenApi } from './token-api.ts'

const JWT = `eyJhbGciOiJSUzI1NiJ9.${Buffer.from('{"sub":"ingestion-bot","canary":true}').toString('base64url')}.c2lnbmF0dXJlLW9mLWEtY2FuYXJ5`
const CANARIES = {
  runnerToken: 'canary-of-the-runner-5f1c',
  botToken: JWT,
  serverPassword: 'canary-of-the-server-9ab3',
  databasePassword: 'canary-of-the-database-77e0',
}

let scenario: Scenario

beforeAll(async () => {
  scenario = await startScenario({
    namespacePrefix: 'secrets',
    collate: { tokens: { runner: CANARIES.runnerToken, bot: CANARIES.botToken } },
    environment: { LOG_LEVEL: 'debug' },
  })
})
afterAll(async () => scenario?.stop())

/** Where a text was found, and which of the planted values is in it. */
function hitsIn(texts: ReadonlyMap<string, string>): string[] {
  return [...texts].flatMap(([place, text]) => Object.entries(CANARIES).flatMap(([name, value]) => (text.includes(value) ? [`${name} in ${place}`] : [])))
}

/** All that anybody but the owner of a secret may come to see. */
async function everythingInSight(): Promise<Map<string, string>> {
  const texts = new Map<string, string>([["the runner's output", scenario.runner().output]])
  for (const resource of ['pods', 'configmaps', 'events', 'serviceaccounts']) {
    for (const object of await scenario.list(resource)) texts.set(`${resource}/${object.metadata.name}`, JSON.stringify(object))
  }
  texts.set('the statuses at Collate', JSON.stringify(await scenario.collate.history()))
  texts.set('the frames of the runner', JSON.stringify(await scenario.collate.frames()))
  texts.set('/metrics', await metricsText())
  for (const [pid, commandLine] of await commandLines()) texts.set(`the command line of process ${pid}`, commandLine)
  return texts
}

async function metricsText(): Promise<string> {
  const { metricsPort } = await scenario.runner().waitForLine('runner started')
  return (await fetch(`http://127.0.0.1:${String(metricsPort)}/metrics`)).text()
}

/** Of all processes of this machine, those in pods among them. */
async function commandLines(): Promise<Map<string, string>> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const read = await Promise.all(pids.map(async (pid) => [pid, await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')] as const))
  return new Map(read.map(([pid, text]) => [pid, text.replaceAll('\0', ' ').trim()]))
}

/** A request that holds every planted value that a request can hold. */
function requestWithSecrets(simulate: object): RunRequest {
  const request = scenario.request({ simulate })
  const connection = { ...(request.ingestionPipeline['openMetadataServerConnection'] as object), extraHeaders: { password: CANARIES.serverPassword } }
  const service = { ...request.service, connection: { config: { type: 'Mysql', username: 'reader', authType: { password: CANARIES.databasePassword } } } }
  return { ...request, ingestionPipeline: { ...request.ingestionPipeline, openMetadataServerConnection: connection }, service }
}

describe('planted secrets', () => {
  test('are nowhere in sight while a run goes on, after good and bad ends, and after refusals', async () => {
    const running = requestWithSecrets({ seconds: 4 })
    const failing = requestWithSecrets({ exitCode: 3 })
    for (const request of [running, failing]) expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })
    await scenario.collate.waitForStatus({ runId: running.runId, state: 'running' }, 60_000)
    const duringTheRun = await everythingInSight()
    // The pod's own process is among those that were looked at.
    expect([...duringTheRun.values()]).toContain('python main.py')
    expect(hitsIn(duringTheRun)).toEqual([])

    const refused = { ...requestWithSecrets({}), runId: CANARIES.serverPassword, notAfter: CANARIES.databasePassword }
    expect(await scenario.run(refused as unknown as RunRequest)).toMatchObject({ error: {} })
    await scenario.collate.sendRaw(`{"jsonrpc": "2.0", "${JWT}`, { agentId: scenario.agentId })
    await scenario.collate.setTokens({ bot: CANARIES.botToken, runner: 'another' })
    await scenario.collate.cut()
    await scenario.runner().waitForLine(({ reason }) => typeof reason === 'string' && reason.includes('does not accept'))
    await scenario.collate.setTokens({ bot: CANARIES.botToken, runner: CANARIES.runnerToken })
    await scenario.collate.waitForRunner(scenario.agentId, 'Active', 60_000)
    expect(await untilSettled(scenario, running.runId)).toMatchObject({ state: 'success' })
    expect(await untilSettled(scenario, failing.runId)).toMatchObject({ state: 'failed' })
    expect(hitsIn(await everythingInSight())).toEqual([])
  })

  test('would be found if they were in sight', async () => {
    const path = `/api/v1/namespaces/${scenario.namespace}/configmaps`
    await callJson(scenario.cluster.api, { method: 'POST', path, body: { metadata: { name: 'planted' }, data: { leak: CANARIES.databasePassword } } })
    const planted: ChildProcess = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000); console.log("up")', CANARIES.botToken], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    try {
      if (planted.stdout !== null) await once(planted.stdout, 'data')
      expect(hitsIn(await everythingInSight())).toEqual(['databasePassword in configmaps/planted', `botToken in the command line of process ${planted.pid}`])
    } finally {
      planted.kill()
      await callJson(scenario.cluster.api, { method: 'DELETE', path: `${path}/planted` })
    }
  })

  test('reach the pod that needs them, and by its payload only', async () => {
    const request = requestWithSecrets({})
    expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })
    const payload = await waitFor(async () => (await scenario.list('secrets')).find(({ metadata }) => metadata.name.includes(request.runId)), {
      what: 'the payload',
      timeoutMs: 20_000,
    })
    const config = Buffer.from(payload.data?.['config'] ?? '', 'base64').toString()
    expect(hitsIn(new Map([['the payload', config]]))).toContain('botToken in the payload')
    expect(await untilSettled(scenario, request.runId)).toMatchObject({ state: 'success' })
    expect(hitsIn(new Map([['the pod', JSON.stringify(await podOf(scenario, request.runId))]]))).toEqual([])
  })
})

describe("the runner's account", () => {
  /** The HTTP status that the API server answers when the runner asks. */
  async function statusFor(method: ApiRequest['method'], path: string, body?: object, contentType = 'application/json'): Promise<number> {
    const api = await tokenApi(scenario.kubeconfig)
    return (await api({ method, path, contentType, ...(body === undefined ? {} : { body }) })).status
  }

  test('may create a Secret, and neither read, list, watch, change nor delete one', async () => {
    const secrets = `/api/v1/namespaces/${scenario.namespace}/secrets`
    expect(await statusFor('POST', secrets, { metadata: { name: 'by-the-runner' }, stringData: { a: 'b' } })).toBe(201)
    const one = `${secrets}/by-the-runner`
    expect(await statusFor('GET', one)).toBe(403)
    expect(await statusFor('GET', secrets)).toBe(403)
    expect(await statusFor('GET', `${secrets}?watch=true`)).toBe(403)
    expect(await statusFor('PATCH', one, { data: {} }, 'application/merge-patch+json')).toBe(403)
    expect(await statusFor('PUT', one, { metadata: { name: 'by-the-runner' } })).toBe(403)
    expect(await statusFor('DELETE', one)).toBe(403)
    expect(await statusFor('DELETE', secrets)).toBe(403)
    expect(await statusFor('GET', '/api/v1/secrets')).toBe(403)
  })

  test('was never answered a read of a Secret', async () => {
    const asked = (await auditEvents(scenario.cluster, scenario.namespace)).filter(
      ({ user, resource }) => resource === 'secrets' && user.endsWith(`:${RUNNER_ACCOUNT}`),
    )
    expect(asked.filter(({ verb }) => verb === 'create').length).toBeGreaterThan(0)
    expect(asked.filter(({ verb, code }) => verb !== 'create' && code !== 403)).toEqual([])
  })
})
