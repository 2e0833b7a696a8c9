import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RunEnd } from '../../../compiler/record.ts'
import type { CollateApi } from '../../../reconciler/collate/collate-api.ts'
import { collateRestClient } from '../../../reconciler/collate/rest-client.ts'
import { type ReportedRun, type Reporter, reporter } from '../../../reconciler/report/tell-collate.ts'
import { type Collate, startCollate } from '../../collate/client.ts'
import { createRest } from '../../collate/openmetadata-client.ts'

const FQN = 'svc.nightly'
const END: RunEnd = { state: 'failed', failureClass: 'ExitCode', message: 'exit code 3', startedAtMs: 2_000, endedAtMs: 3_000, isAcknowledged: false }
const TAIL = 'Traceback of the run'
const PAGE = '<html><body>413 Request Entity Too Large</body></html>'

let collate: Collate
let api: CollateApi
let told: Reporter
let run: ReportedRun
beforeAll(async () => {
  collate = await startCollate({ serverVersion: '1.11.1' })
})
beforeEach(() => {
  api = collateRestClient({ apiUrl: `${collate.url}/api`, token: () => collate.tokens['runner'] ?? '' })
  told = reporter({ collate: api, now: () => 4_000, runner: { agentId: 'aws-prod', version: '0.1.0' }, onTrouble: () => undefined })
  run = { kind: 'pipeline', runId: crypto.randomUUID(), acceptedAtMs: 1_000, pipelineFqn: FQN, pipelineId: crypto.randomUUID(), pipelineName: 'nightly' }
})
afterEach(async () => collate.forget())
afterAll(async () => collate.stop())

const tellEnd = async (): Promise<RunEnd> => told.tellEnd(run, END, async () => TAIL)
const row = async (): Promise<string> => JSON.stringify(await api.readStatus(FQN, run.runId))

describe('the end of a run', () => {
  test.each([404, 400, 405])('is told again after a page that says %i in the place of Collate', async (status) => {
    await collate.misbehave({ kind: 'answerRest', status, body: '<html>default backend</html>', match: { method: 'PUT' }, times: 1 })
    expect(await tellEnd()).toMatchObject({ isAcknowledged: false })
    expect(await tellEnd()).toMatchObject({ isAcknowledged: true })
    expect(await row()).toContain(TAIL)
  })

  test('is not written over what the pod has posted because an ingress says that there is nothing', async () => {
    await api.writeStatus(FQN, { runId: run.runId, pipelineState: 'success', startDate: 1_000, timestamp: 1_000 })
    await collate.misbehave({ kind: 'answerRest', status: 404, body: '<html>default backend</html>', match: { method: 'GET' }, times: 1 })
    expect(await tellEnd()).toMatchObject({ isAcknowledged: false })
    expect(await tellEnd()).toMatchObject({ isAcknowledged: true, state: 'success' })
  })

  test.each([400, 404])('is told once when Collate itself says %i', async (status) => {
    await collate.misbehave({ kind: 'answerRest', status, match: { method: 'PUT' }, times: 1 })
    expect(await tellEnd()).toMatchObject({ isAcknowledged: true })
    expect(await api.readStatus(FQN, run.runId)).toBeUndefined()
  })

  test('goes without the last log lines where a proxy takes no body that large', async () => {
    await collate.misbehave({ kind: 'answerRest', status: 413, body: PAGE, match: { method: 'PUT', body: TAIL } })
    expect(await tellEnd()).toMatchObject({ isAcknowledged: true })
    expect(await row()).toContain('exit code 3')
    expect(await row()).not.toContain(TAIL)
  })

  test('that is too large without them, too, is kept and told again', async () => {
    await collate.misbehave({ kind: 'answerRest', status: 413, body: PAGE, match: { method: 'PUT' }, times: 2 })
    expect(await tellEnd()).toMatchObject({ isAcknowledged: false })
    expect(await tellEnd()).toMatchObject({ isAcknowledged: true })
  })

  test('keeps what the pod has posted of its steps, but for their traces', async () => {
    const failures = [{ name: 'orders', error: 'no such table', stackTrace: 'a long trace' }]
    const step = { name: 'Source', records: 5, warnings: 0, errors: 1, filtered: 0, failures }
    await api.writeStatus(FQN, { runId: run.runId, pipelineState: 'running', startDate: 1_000, timestamp: 1_000, status: [step] })
    await collate.misbehave({ kind: 'answerRest', status: 413, body: PAGE, match: { method: 'PUT', body: 'a long trace' } })
    expect(await tellEnd()).toMatchObject({ isAcknowledged: true })
    expect(await api.readStatus(FQN, run.runId)).toMatchObject({
      status: [{ name: 'Source', records: 5, failures: [{ name: 'orders', error: 'no such table' }] }, { name: 'Hybrid Ingestion Runner' }],
    })
  })
})

const UNREAD = 'Secrets that could not be read before the program started:\n- "secret:prod-mysql" in Kubernetes (missing): create it'

describe('secrets that could not be read', () => {
  const steps = [{ name: 'Source', records: 0, warnings: 0, errors: 1, filtered: 0, failures: [{ name: 'connection', error: 'access denied' }] }]
  const post = async (pipelineState: 'failed' | 'success'): Promise<void> =>
    api.writeStatus(FQN, { runId: run.runId, pipelineState, startDate: 1_000, timestamp: 1_000, endDate: 2_500, status: steps })
  const tell = async (end: RunEnd): Promise<RunEnd> => told.tellEnd(run, end, async () => TAIL)
  const failed: RunEnd = { ...END, message: `${END.message}\n${UNREAD}` }
  const { failureClass: _class, ...good }: RunEnd = { ...END, state: 'success', message: '', unreadSecrets: UNREAD }

  test('stand beside the failure that the pod has told itself, whose state, times and steps stay', async () => {
    await post('failed')
    await tell(failed)
    const once = await api.readStatus(FQN, run.runId)
    expect(once).toMatchObject({ pipelineState: 'failed', startDate: 1_000, endDate: 2_500, status: [...steps, { name: 'Hybrid Ingestion Runner' }] })
    expect(JSON.stringify(once)).toContain('secret:prod-mysql')
    await tell(failed)
    expect(await api.readStatus(FQN, run.runId)).toEqual(once)
  })

  test('are the class of a failure that the pod has told and ended with 0', async () => {
    await post('failed')
    expect(await tell(good)).toMatchObject({ state: 'failed', failureClass: 'SecretUnreadable', message: UNREAD, isAcknowledged: true })
    expect(await row()).toContain('secret:prod-mysql')
  })

  test.each(['posted', 'unposted'])('do not mark a run that ends well, %s', async (posted) => {
    if (posted === 'posted') await post('success')
    const end = await tell(good)
    expect([end.state, end.message, end.unreadSecrets, (await row()).includes('secret:')]).toEqual(['success', '', undefined, false])
  })

  test('are kept with an end that cannot be told yet', async () => {
    await collate.misbehave({ kind: 'answerRest', status: 503, match: { method: 'GET' }, times: 1 })
    expect(await tell(good)).toMatchObject({ isAcknowledged: false, unreadSecrets: UNREAD })
  })

  test('do not decide the end where Collate refuses to have them', async () => {
    await post('failed')
    await collate.misbehave({ kind: 'answerRest', status: 400, match: { method: 'PUT' }, times: 1 })
    expect(await tell(good)).toMatchObject({ state: 'failed', failureClass: 'SecretUnreadable', isAcknowledged: true })
  })
})

describe('secrets that the program of an automation lacked', () => {
  const CHECK = { name: 'CheckAccess', mandatory: true, passed: false, message: 'access denied' }
  const OPTIONAL = { name: 'GetViews', mandatory: false, passed: false, message: 'no views' }
  const { failureClass: _class, ...good }: RunEnd = { ...END, state: 'success', message: '', unreadSecrets: UNREAD }
  let automation: ReportedRun
  beforeEach(() => {
    automation = { ...run, kind: 'automation', pipelineName: 'secret-test' }
  })

  const putWorkflow = async (status: string, response?: object): Promise<void> => {
    const request = { connection: { config: { type: 'Mysql' } }, serviceType: 'Database', connectionType: 'Mysql' }
    const workflow = { id: automation.pipelineId, name: 'secret-test', workflowType: 'TEST_CONNECTION', request, status, ...(response && { response }) }
    await createRest(collate, collate.tokens['bot'])('PUT', '/automations/workflows', workflow)
  }
  const answerOf = (...steps: readonly object[]): object => ({ status: 'Failed', lastUpdatedAt: 1_000, steps })
  const tell = async (): Promise<RunEnd> => told.tellEnd(automation, good, async () => TAIL)

  test.each(['Successful', 'Failed'])('stand in the mandatory step that failed of a test that is %s, once, and its status stays', async (status) => {
    await putWorkflow(status, answerOf(OPTIONAL, CHECK))
    expect(await tell()).toMatchObject({ state: 'failed', failureClass: 'SecretUnreadable', isAcknowledged: true })
    const once = await api.readAutomation('secret-test')
    const words = expect.stringMatching(/^access denied\n[^]*secret:prod-mysql/)
    expect(once).toMatchObject({ status, response: { steps: [OPTIONAL, { ...CHECK, message: words }] } })
    await tell()
    expect(await api.readAutomation('secret-test')).toEqual(once)
  })

  test.each([
    ['no response', undefined],
    ['no steps', answerOf()],
    ['no failed step', answerOf({ ...CHECK, passed: true })],
  ])('get a step of their own where a failed Workflow has %s', async (_what, response) => {
    await putWorkflow('Failed', response)
    expect(await tell()).toMatchObject({ state: 'failed', failureClass: 'SecretUnreadable', isAcknowledged: true })
    const { status, response: now } = (await api.readAutomation('secret-test')) ?? {}
    const steps = now?.['steps'] as readonly unknown[]
    expect([status, steps.at(-1)]).toMatchObject(['Failed', { mandatory: true, passed: false, message: expect.stringContaining('secret:prod-mysql') }])
  })

  test('leave a test alone that failed in no step that its connector needs', async () => {
    await putWorkflow('Successful', answerOf({ ...CHECK, passed: true }, OPTIONAL))
    expect(await tell()).toMatchObject({ state: 'success', isAcknowledged: true })
    expect(JSON.stringify(await api.readAutomation('secret-test'))).not.toContain('secret:prod-mysql')
  })

  test('do not decide its end where Collate refuses to have them', async () => {
    const troubles: string[] = []
    told = reporter({ collate: api, now: () => 4_000, runner: { agentId: 'aws-prod', version: '0.1.0' }, onTrouble: (message) => troubles.push(message) })
    await putWorkflow('Successful', answerOf(CHECK))
    await collate.misbehave({ kind: 'answerRest', status: 400, match: { method: 'PATCH' }, times: 3 })
    expect(await tell()).toMatchObject({ state: 'failed', failureClass: 'SecretUnreadable', isAcknowledged: true })
    expect(troubles).toEqual([expect.stringContaining('secrets of this run')])
  })
})

describe('the end of an automation', () => {
  test.each([
    { title: 'is told again after a page that says 404', status: 404, match: { method: 'PATCH' }, first: false },
    { title: 'goes without the last log lines where a proxy takes no body that large', status: 413, match: { method: 'PATCH', body: TAIL }, first: true },
  ])('$title', async ({ status, match, first }) => {
    const automation: ReportedRun = { ...run, kind: 'automation', pipelineName: 'test-connection' }
    const request = { connection: { config: { type: 'Mysql' } }, serviceType: 'Database', connectionType: 'Mysql' }
    await createRest(collate, collate.tokens['bot'])('PUT', '/automations/workflows', {
      id: automation.pipelineId,
      name: automation.pipelineName,
      workflowType: 'TEST_CONNECTION',
      request,
    })
    await collate.misbehave({ kind: 'answerRest', status, body: '<html>a page</html>', match, times: 1 })
    const tell = async (): Promise<RunEnd> => told.tellEnd(automation, END, async () => TAIL)
    expect(await tell()).toMatchObject({ isAcknowledged: first })
    expect(await tell()).toMatchObject({ isAcknowledged: true })
    expect(await api.readAutomation('test-connection')).toMatchObject({ status: 'Failed' })
  })
})
