/** What a run costs the API server, from its audit log. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../cluster/waiting.ts'
import { type AuditEvent, auditEvents } from './audit-log.ts'
import { RUNNER_ACCOUNT } from './runner-account.ts'
import { type Scenario, startScenario } from './scenario.ts'
import { podOf, untilSettled } from './settled.ts'

let scenario: Scenario

beforeAll(async () => {
  scenario = await startScenario({ namespacePrefix: 'budget' })
})
afterAll(async () => scenario?.stop())

async function callsOfRunner(): Promise<AuditEvent[]> {
  const user = `system:serviceaccount:${scenario.namespace}:${RUNNER_ACCOUNT}`
  return (await auditEvents(scenario.cluster, scenario.namespace)).filter((event) => event.user === user && event.resource !== 'leases')
}

const isRead = ({ verb }: AuditEvent): boolean => verb === 'get' || verb === 'list' || verb === 'watch'
const inWords = ({ verb, resource, subresource, code }: AuditEvent): string => `${verb} ${resource}${subresource} ${code}`

test('a run that ends well costs the runner five writes until its record expires, and no read beyond those of its start', async () => {
  const { runId } = await runOnce()
  // The API server writes its log after it has answered.
  await waitFor(async () => ((await writesOf(runId)).length >= 5 ? true : undefined), { what: 'five writes in the audit log', timeoutMs: 10_000 })
  await runOnce()
  expect((await writesOf(runId)).map(inWords)).toEqual([
    'create configmaps 201',
    'create secrets 201',
    'create pods 201',
    'patch configmaps 200',
    'patch pods 200',
  ])
  const reads = (await callsOfRunner()).filter(isRead).map(inWords)
  // The facts that are not there yet, and one list of each kind; a watch is logged when it ends.
  expect(reads.toSorted()).toEqual([
    'get configmaps 404',
    'list configmaps 200',
    'list configmaps 200',
    'list cronjobs 200',
    'list events 200',
    'list jobs 200',
    'list pods 200',
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

async function writesOf(runId: string): Promise<AuditEvent[]> {
  return (await callsOfRunner()).filter((event) => !isRead(event) && event.name.includes(runId))
}

async function runOnce(): Promise<{ readonly runId: string }> {
  const request = scenario.request()
  expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })
  expect(await untilSettled(scenario, request.runId)).toMatchObject({ state: 'success' })
  return request
}
