/** What a run costs the API server, from its audit log. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../cluster/waiting.ts'
import { type AuditEvent, auditEvents } from './audit-log.ts'
import { launchReplica, standsBy } from './replicas.ts'
import { RUNNER_ACCOUNT } from './runner-account.ts'
import { type Scenario, startScenario } from './scenario.ts'
import { podOf, untilSettled } from './settled.ts'

let scenario: Scenario

beforeAll(async () => {
  scenario = await startScenario({ namespacePrefix: 'budget' })
})
afterAll(async () => scenario?.stop())

/** Those for the lease are counted apart. */
async function callsOfRunner(which: 'leases' | 'others' = 'others'): Promise<AuditEvent[]> {
  const user = `system:serviceaccount:${scenario.namespace}:${RUNNER_ACCOUNT}`
  const own = (await auditEvents(scenario.cluster, scenario.namespace)).filter((event) => event.user === user)
  return own.filter(({ resource }) => (resource === 'leases') === (which === 'leases'))
}

const isRead = ({ verb }: AuditEvent): boolean => verb === 'get' || verb === 'list' || verb === 'watch'
const inWords = ({ verb, resource, subresource, code }: AuditEvent): string => `${verb} ${resource}${subresource} ${code}`

test('a run that ends well costs the runner five writes until its record expires, and no read beyond those of its start', async () => {
  const { runId } = await runOnce()
  // The API server writes its log after it has answered.
  await waitFor(async () => ((await writesOf(runId)).length >= 5 ? true : undefined), { what: 'five writes in the audit log' })
  await runOnce()
  expect((await writesOf(runId)).map(inWords)).toEqual([
    'create configmaps 201',
    'create secrets 201',
    'create pods 201',
    'patch configmaps 200',
    'patch pods 200',
  ])
  const reads = (await callsOfRunner()).filter(isRead).map(inWords)
  // The facts that are not there yet, and are looked at with each sync; one list of each kind; a watch is logged when it ends. What Argo
  // may have left behind is asked for when it begins to lead.
  expect(reads.toSorted()).toEqual([
    'get configmaps 200',
    'get configmaps 404',
    'list configmaps 200',
    'list configmaps 200',
    'list cronjobs 200',
    'list cronworkflows 404',
    'list events 200',
    'list jobs 200',
    'list pods 200',
    'list workflows 404',
  ])
})

test('a pod that is told to have been started has been asked for once, by nobody but the runner', async () => {
  const { runId } = await runOnce()
  const uid = (await podOf(scenario, runId))?.metadata.uid
  const creates = (await auditEvents(scenario.cluster, scenario.namespace)).filter(
    ({ verb, resource, subresource, name }) => verb === 'create' && resource === 'pods' && subresource === '' && name.includes(runId),
  )
  expect(uid).toBeDefined()
  expect(creates.map(({ user, code }) => ({ user, code }))).toEqual([{ user: `system:serviceaccount:${scenario.namespace}:${RUNNER_ACCOUNT}`, code: 201 }])
})

/** Writes of a run that ends, in any order. */
const USUAL = ['create configmaps 201', 'create secrets 201', 'create pods 201', 'patch configmaps 200', 'patch pods 200']

/** All writes for a run that is settled; waits for the log, which the API server writes after its answer. */
async function expectWrites(runId: string, wanted: readonly string[]): Promise<void> {
  await waitFor(async () => ((await writesOf(runId)).length >= wanted.length ? true : undefined), { what: `${wanted.length} writes` })
  expect((await writesOf(runId)).map(inWords).toSorted()).toEqual(wanted.toSorted())
}

test('an end that Collate takes late costs one write more', async () => {
  await scenario.collate.misbehave({ kind: 'answerRest', status: 503, times: 1, match: { method: 'PUT', token: 'runner' } })
  const request = scenario.request({ simulate: { end: 'none' } })
  await scenario.run(request)
  expect(await untilSettled(scenario, request.runId)).toMatchObject({ state: 'success', isAcknowledged: true })
  await expectWrites(request.runId, [...USUAL, 'patch configmaps 200'])
})

test('a retry costs three writes more: the attempt, its pod, and the finalizer of the pod before it', async () => {
  const { ingestionPipeline, ...rest } = scenario.request({ simulate: { exitCode: 1, end: 'none' } })
  const request = { ...rest, ingestionPipeline: { ...ingestionPipeline, airflowConfig: { maxActiveRuns: 1, retries: 1, retryDelay: 1 } } }
  await scenario.run(request)
  expect(await untilSettled(scenario, request.runId)).toMatchObject({ state: 'failed' })
  await expectWrites(request.runId, [...USUAL, 'patch configmaps 200', 'create pods 201', 'patch pods 200'])
})

test('a kill costs two writes more: the wish, and the end of the pod', async () => {
  const request = scenario.request({ simulate: { seconds: 120 } })
  await scenario.run(request)
  await scenario.collate.waitForStatus({ runId: request.runId, state: 'running' })
  expect(await scenario.kill(request.runId)).toMatchObject({ result: { code: 200 } })
  expect(await untilSettled(scenario, request.runId)).toMatchObject({ state: 'stopped' })
  await expectWrites(request.runId, [...USUAL, 'patch configmaps 200', 'delete pods 200'])
})

test('a leader at rest only renews its lease, and a standby only looks at it', async () => {
  const standby = launchReplica(scenario)
  await standsBy(standby)
  const before = (await callsOfRunner('leases')).length
  const others = (await callsOfRunner()).length
  const leaseCalls = async (): Promise<string[]> => (await callsOfRunner('leases')).slice(before).map(inWords)
  const calls = await waitFor(
    async () => {
      const seen = await leaseCalls()
      return seen.filter((call) => call === 'patch leases 200').length >= 3 ? seen : undefined
    },
    { what: 'three renewals' },
  )
  await standby.stop()
  expect(new Set(calls)).toEqual(new Set(['patch leases 200', 'get leases 200']))
  // It looks every second, and the leader renews every three.
  const [looks, renewals] = ['get', 'patch'].map((verb) => calls.filter((call) => call === `${verb} leases 200`).length)
  expect(looks).toBeLessThanOrEqual(4 * (renewals ?? 0))
  expect((await callsOfRunner()).slice(others).filter((event) => !isRead(event))).toEqual([])
})

/** A pod is looked at again when it changes before its deletion is seen: asked for twice, the deletion is the same, and counts once. */
async function writesOf(runId: string): Promise<AuditEvent[]> {
  const writes = (await callsOfRunner()).filter((event) => !isRead(event) && event.name.includes(runId))
  const deletions = writes.filter(({ verb }) => verb === 'delete')
  return writes.filter((event) => event.verb !== 'delete' || deletions.find(({ name }) => name === event.name) === event)
}

async function runOnce(): Promise<{ readonly runId: string }> {
  const request = scenario.request()
  expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })
  expect(await untilSettled(scenario, request.runId)).toMatchObject({ state: 'success' })
  return request
}
