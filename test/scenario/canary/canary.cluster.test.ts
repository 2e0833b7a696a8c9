/**
 * Secrets stay where they belong: more than fifty are planted in requests, stores, tokens, proxies and keys, runs come to every kind of
 * end, and whatever comes out of the runner is searched for them.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callJson } from '../../cluster/kubernetes-api.ts'
import { PATIENCE_MS, waitFor } from '../../cluster/waiting.ts'
import { type ConnectProxy, startConnectProxy } from '../../network/connect-proxy.ts'
import type { RunRequest, Simulate } from '../run-request.ts'
import { deployParams, ONCE_A_YEAR, scheduledPipeline, startJob } from '../schedule-story.ts'
import { type Scenario, startScenario } from '../scenario.ts'
import { checkEnvironment, prepareSecrets, STORED } from '../secrets-story.ts'
import { untilSettled } from '../settled.ts'
import { Canaries } from './canaries.ts'
import { everythingInSight } from './in-sight.ts'
import { applicationWithSecrets, automationWithSecrets, runWithSecrets, wrongRequests } from './requests.ts'

const canaries = new Canaries()
/** Of a JWT's shape, as a bot's token is. */
const botToken = canaries.adopt(
  'bot.jwt',
  ['{"alg":"RS256"}', `{"sub":"bot","jti":"${randomBytes(12).toString('hex')}"}`, 'signature-of-a-canary']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.'),
)
const runnerToken = canaries.plantWord('runner.token')
const nextToken = canaries.plantWord('runner.nextToken')
const proxyPassword = canaries.plantWord('proxy.password')
const ecrKeys = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: canaries.plantWord('ecr.key'), AWS_SESSION_TOKEN: canaries.plantWord('ecr.session') }
/** The customer's own Secrets. */
const STORE = ['stored-plain', 'stored-quoted', 'stored-json', 'stored-lines', 'stored-unicode']

let scenario: Scenario
let proxy: ConnectProxy
const runs: RunRequest[] = []

beforeAll(async () => {
  proxy = await startConnectProxy({ credentials: `runner:${proxyPassword}` })
  const nowhere = { lineage: { priorityClass: 'not-there' }, usage: { nodeSelector: { 'example.com/pool': 'nowhere' } } }
  const small = { INGESTION_AUTOMATION_WORKFLOW_CPU_REQUEST: '10m', INGESTION_AUTOMATION_WORKFLOW_MEMORY_REQUEST: '16Mi' }
  scenario = await startScenario({
    namespacePrefix: 'canary',
    collate: { tokens: { runner: runnerToken, bot: botToken } },
    environment: {
      LOG_LEVEL: 'debug',
      HTTP_PROXY: `http://runner:${proxyPassword}@127.0.0.1:${proxy.port}`,
      SIMPLEK8S_PIPELINE_TYPE_CONFIGS: JSON.stringify(nowhere),
      ...small,
      ...checkEnvironment('report'),
      ...ecrKeys,
    },
  })
  await prepareSecrets(scenario.place)
  canaries.adopt('store.value', STORED.value)
  for (const name of STORE) {
    const body = { metadata: { name }, stringData: { value: canaries.plant(`store.${name}`) } }
    await callJson(scenario.cluster.api, { method: 'POST', path: `/api/v1/namespaces/${scenario.namespace}/secrets`, body })
  }
})

afterAll(async () => {
  await scenario?.stop()
  await proxy?.stop()
})

async function expectNoHits(more: ReadonlyMap<string, string> = new Map()): Promise<void> {
  const texts = await everythingInSight(scenario, [STORED.name, ...STORE], runs)
  expect(canaries.hitsIn(new Map([...texts, ...more]))).toEqual([])
}

/** Sends a run with all secrets, expects it to be taken, and gives its id. */
async function started(simulate: Simulate, options: Parameters<typeof runWithSecrets>[2] = {}): Promise<string> {
  const request = runWithSecrets(scenario, canaries, { simulate, ...options })
  expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })
  runs.push(request)
  return request.runId
}

async function call(method: string, params: object): Promise<string> {
  const answer = await scenario.collate.call(method, params, { agentId: scenario.agentId })
  expect(answer).toMatchObject({ result: { code: 200 } })
  return (params as { readonly runId: string }).runId
}

/** All that a command writes, whatever becomes of it. */
async function command(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const env = { PATH: process.env['PATH'] ?? '', ...scenario.environment, ...environment }
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [scenario.place.program, ...args], { env, timeout: PATIENCE_MS })
    return stdout + stderr
  } catch (error) {
    const { stdout, stderr, message } = error as { stdout?: string; stderr?: string; message: string }
    // The message repeats the command's own arguments, among which no secret is.
    return `${message}\n${stdout}\n${stderr}`
  }
}

describe('planted secrets', () => {
  test('are more than fifty', () => {
    runWithSecrets(scenario, canaries)
    automationWithSecrets(scenario, canaries, {})
    applicationWithSecrets(scenario, canaries, {})
    wrongRequests(scenario, canaries)
    expect(canaries.count).toBeGreaterThanOrEqual(50)
  })

  test('are nowhere in sight while runs go on and after every kind of end', async () => {
    const going = await started({ seconds: 300 })
    const waiting = await started({}, { pipelineType: 'usage' })
    await scenario.collate.waitForStatus({ runId: going, state: 'running' })
    await expectNoHits()
    const ended = [
      await started({ lines: 5 }),
      await started({ exitCode: 3, lines: 4 }),
      await started({ allocateMiB: 128, allocateAtEnd: true, lines: 8, streamedLines: 3 }),
      await started({ failAttempts: 1 }, { retries: 1, retryDelay: 1 }),
      await started({}, { pipelineType: 'lineage' }),
      await started({ exitCode: 1 }, { connection: { config: { type: 'Mysql', authType: { password: STORED.reference }, token: 'secret:not-there' } } }),
      await call('automation/run', automationWithSecrets(scenario, canaries, { exitCode: 3 })),
      await call('application/run', applicationWithSecrets(scenario, canaries, { exitCode: 3 })),
    ]
    for (const runId of [going, waiting]) expect(await scenario.kill(runId)).toMatchObject({ result: { code: 200 } })
    for (const runId of [going, waiting, ...ended]) await untilSettled(scenario, runId)
    // The init container has read the one reference, and told of the other.
    expect(scenario.runner().output).toContain('secret:not-there')
    expect(proxy.connects.length + proxy.forwarded.length).toBeGreaterThan(0)
    await expectNoHits()
  })

  test('are not in what stands in the cluster for a schedule, nor in its runs', async () => {
    const pipeline = scheduledPipeline(scenario)
    const { ingestionPipeline, service } = runWithSecrets(scenario, canaries)
    const params = deployParams(pipeline, { schedule: ONCE_A_YEAR })
    const deployed = { ...ingestionPipeline, ...params.ingestionPipeline, openMetadataServerConnection: ingestionPipeline['openMetadataServerConnection'] }
    await call('pipeline/deploy', { ...params, ingestionPipeline: deployed, service })
    const { uid } = await startJob(pipeline)
    await untilSettled(scenario, uid)
    await expectNoHits()
  })

  test('are not told by refusals: wrong types, broken frames, frames beyond all measure', async () => {
    for (const params of wrongRequests(scenario, canaries)) {
      const answer = await scenario.collate.call('pipeline/run', params, { agentId: scenario.agentId })
      expect(answer).toMatchObject('error' in answer ? { error: {} } : { result: { code: expect.not.stringMatching('200') } })
    }
    const secret = canaries.plant('frame')
    const frames = [
      `{"jsonrpc": "2.0", "${botToken}`,
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'pipeline/run', params: secret }),
      JSON.stringify([{ jsonrpc: '2.0', id: 1, method: 'service/status', params: { secret } }]),
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'pipeline/run', params: { secret: secret.repeat(40_000) } }),
    ]
    for (const frame of frames) await scenario.collate.sendRaw(frame, { agentId: scenario.agentId }).catch(() => undefined)
    await scenario.collate.waitForRunner(scenario.agentId, 'Active')
    await expectNoHits()
  })

  test('are not told again when Collate answers with an error that repeats them', async () => {
    const body = JSON.stringify({ message: 'no', headers: { authorization: `Bearer ${runnerToken}` }, config: botToken, password: canaries.plant('echo') })
    await scenario.collate.misbehave({ kind: 'answerRest', status: 500, body, match: { token: 'runner' }, times: 2 })
    const runId = await started({ exitCode: 3 })
    await untilSettled(scenario, runId)
    await expectNoHits()
  })

  test('are not told when the token is rotated and refused', async () => {
    await scenario.collate.setTokens({ bot: botToken, runner: nextToken })
    await scenario.collate.cut()
    await scenario.runner().waitForLine(({ reason }) => typeof reason === 'string' && reason.includes('does not accept'))
    await writeFile(scenario.environment['AUTH_TOKEN_FILE'] ?? '', nextToken)
    await scenario.collate.waitForRunner(scenario.agentId, 'Active')
    await expectNoHits()
  })

  test('are not told by the commands', async () => {
    const [request] = runs
    const file = join(scenario.cluster.folder, `request-${randomUUID()}.json`)
    await writeFile(file, JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'pipeline/run', params: request }), { mode: 0o600 })
    const commands = [
      ...runs.map(({ runId }) => ['explain', runId]),
      ['runs', '-o', 'json'],
      ['schedules', '-o', 'json'],
      ['doctor', '-o', 'json'],
      ['doctor', '--bundle'],
      ['doctor', '--secret', 'stored-plain'],
      ['compile', file],
      ['diff', file],
      ['secrets', '--probe', 'stored-plain'],
      ['ecr-refresh', '--registry', '111122223333.dkr.ecr.eu-west-1.amazonaws.com', '--namespace', scenario.namespace],
    ]
    const outputs = new Map<string, string>()
    for (const args of commands)
      outputs.set(args.slice(0, 2).join(' '), await command(args, { AWS_ENDPOINT_URL_ECR: 'http://127.0.0.1:9', AWS_MAX_ATTEMPTS: '1' }))
    for (const [name, output] of outputs) expect(output.trim(), name).not.toBe('')
    expect(outputs.get('doctor --secret')).toMatch(/the account ingestion can read the secret "stored-plain"/)
    await expectNoHits(outputs)
  })

  test('are not told by a runner that will not start, nor by one that crashes', async () => {
    const wrong = { HTTPS_PROXY: `http://runner:${proxyPassword}@:not-a-port`, RUN_TTL_SECONDS: canaries.plant('environment') }
    // As soon as the runner listens for what nobody expected: it serves then.
    const boom = `setImmediate(() => { throw new Error('boom ' + process.env.AUTH_TOKEN) })`
    const crash = `data:text/javascript,process.on('newListener', (name) => { if (name === 'uncaughtException') ${boom} })`
    const outputs = new Map([
      ['a wrong environment', await command(['serve'], wrong)],
      [
        'a crash',
        await command(['serve'], { NODE_OPTIONS: `--import="${crash}"`, AUTH_TOKEN: nextToken, AUTH_TOKEN_FILE: '', AGENT_ID: 'crashes', POD_NAME: 'crashes' }),
      ],
    ])
    expect(outputs.get('a crash')).toContain('boom')
    await expectNoHits(outputs)
  })

  test('would be found if they were in sight', async () => {
    const path = `/api/v1/namespaces/${scenario.namespace}/configmaps`
    const leak = Buffer.from(`{"a":"${canaries.plant('connection.password')}"}`).toString('base64')
    await callJson(scenario.cluster.api, { method: 'POST', path, body: { metadata: { name: 'planted' }, data: { leak } } })
    const planted: ChildProcess = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000); console.log("up")', nextToken], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    try {
      if (planted.stdout !== null) await once(planted.stdout, 'data')
      const hits = canaries.hitsIn(await everythingInSight(scenario, [STORED.name, ...STORE], runs))
      expect(hits.toSorted()).toEqual(['connection.password in configmaps/planted', `runner.nextToken in the command line of process ${planted.pid}`])
    } finally {
      planted.kill()
      await callJson(scenario.cluster.api, { method: 'DELETE', path: `${path}/planted` })
    }
  })

  test('reach the pod that needs them, by its payload', async () => {
    const request = runWithSecrets(scenario, canaries)
    expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })
    const payload = await waitFor(async () => (await scenario.list('secrets')).find(({ metadata }) => metadata.name.includes(request.runId)), {
      what: 'the payload',
    })
    const config = Buffer.from(payload.data?.['config'] ?? '', 'base64').toString()
    expect(canaries.hitsIn(new Map([['the payload', config]]))).toEqual(expect.arrayContaining(['bot.jwt in the payload', 'dbt.clientSecret in the payload']))
    await untilSettled(scenario, request.runId)
  })
})
