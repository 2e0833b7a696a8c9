/** A namespace whose quota has no room for what a request needs, or is not counted yet: nothing fails, and all goes well once there is room. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callJson } from '../../cluster/kubernetes-api.ts'
import { waitFor } from '../../cluster/waiting.ts'
import type { RunRequest } from '../run-request.ts'
import { accepted, failureIn, historyOf } from '../run-story.ts'
import { type Scenario, startScenario } from '../scenario.ts'
import { recordOf, untilSettled } from '../settled.ts'

let scenario: Scenario

beforeAll(async () => {
  scenario = await startScenario({ namespacePrefix: 'quota' })
  // The first run has the runner write down its facts, so that the quota only meets what belongs to a run.
  await untilSettled(scenario, (await accepted(scenario)).runId)
})
afterAll(async () => scenario?.stop())

describe('a request that needs more than the quota of the namespace has', () => {
  test.for(['configmaps', 'secrets'])('of %s is answered 503, leaves nothing, and is taken when it is sent again and there is room', async (resource) => {
    const request = scenario.request({ pipelineName: `without-${resource}` })
    const lift = await fill(resource)
    expect(await scenario.run(request)).toMatchObject({
      result: { code: 503, reason: expect.stringMatching(new RegExp(`nothing of it is left.*exceeded quota: no-${resource}`)) },
    })
    expect(await leftOf(request)).toEqual([])
    expect(await historyOf(scenario, request.runId)).toEqual([])
    await lift()
    await waitFor(async () => isAccepted(request), { what: 'the request taken once there is room' })
    expect(await untilSettled(scenario, request.runId)).toMatchObject({ state: 'success' })
  })
})

test('a run whose pod meets a quota that is not counted yet is told so, and starts when it may', async () => {
  const lift = await limitUncounted()
  const { runId } = await accepted(scenario)
  const untilTold = async (): Promise<string | undefined> => failureIn((await scenario.collate.history({ runId })).at(-1)?.status ?? null)?.error
  const told = await waitFor(untilTold, { what: 'the reason told' })
  expect(told).toContain('status unknown for quota: uncounted')
  expect(told).toContain('(Unschedulable/quota: ')
  await lift()
  expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
})

test('a run that was accepted goes on after a restart of the runner, also when its request comes again, while the quota takes no Secret', async () => {
  const request = await accepted(scenario, { failAttempts: 1 }, { retries: 1, retryDelay: 10 })
  const isTriedAgain = async (): Promise<true | undefined> => ((await recordOf(scenario, request.runId))?.data?.['attempt'] === '2' ? true : undefined)
  await waitFor(isTriedAgain, { what: 'the second attempt on the record' })
  await scenario.runner().stop()
  const lift = await fill('secrets')
  await scenario.startRunner()
  expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })
  expect(await untilSettled(scenario, request.runId)).toMatchObject({ state: 'success' })
  await lift()
})

/** The quota is cached by the API server for a moment after it is gone. */
async function isAccepted(request: RunRequest): Promise<true | undefined> {
  const answer = await scenario.run(request)
  return 'result' in answer && (answer.result as { readonly code: number }).code === 200 ? true : undefined
}

/** Gives the namespace a quota with no room left. */
async function fill(resource: string): Promise<() => Promise<unknown>> {
  const name = `no-${resource}`
  const lift = await limit(name, { [`count/${resource}`]: '0' })
  await untilRefused(resource, `exceeded quota: ${name}`)
  return lift
}

/** Gives the namespace a quota of pods whose usage is not known, as it is while Kubernetes cannot count it. */
async function limitUncounted(): Promise<() => Promise<unknown>> {
  const name = 'uncounted'
  // Service accounts only for the trial: a pod is refused for more than its quota.
  const lift = await limit(name, { 'pods': '100', 'count/serviceaccounts': '100' })
  const path = `/api/v1/namespaces/${scenario.namespace}/resourcequotas/${name}`
  const isCounted = async (): Promise<true | undefined> =>
    'used' in ((await callJson(scenario.cluster.api, { method: 'GET', path }))['status'] as object) ? true : undefined
  await waitFor(isCounted, { what: 'the quota counted' })
  const body = { status: { used: null } }
  await callJson(scenario.cluster.api, { method: 'PATCH', path: `${path}/status`, contentType: 'application/merge-patch+json', body })
  await untilRefused('serviceaccounts', `status unknown for quota: ${name}`)
  return lift
}

async function limit(name: string, hard: Readonly<Record<string, string>>): Promise<() => Promise<unknown>> {
  const path = `/api/v1/namespaces/${scenario.namespace}/resourcequotas`
  await callJson(scenario.cluster.api, { method: 'POST', path, body: { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name }, spec: { hard } } })
  return async () => callJson(scenario.cluster.api, { method: 'DELETE', path: `${path}/${name}` })
}

async function untilRefused(resource: string, words: string): Promise<void> {
  const trial = { method: 'POST', path: `/api/v1/namespaces/${scenario.namespace}/${resource}?dryRun=All`, body: { metadata: { name: 'trial' } } } as const
  const isRefused = async (): Promise<true | undefined> => ((await scenario.cluster.api(trial)).body.includes(words) ? true : undefined)
  await waitFor(isRefused, { what: `${resource} refused: ${words}` })
}

async function leftOf({ runId }: RunRequest): Promise<string[]> {
  const lists = await Promise.all(['configmaps', 'secrets', 'pods'].map(async (resource) => scenario.list(resource)))
  return lists.flat().flatMap(({ metadata }) => (metadata.name.includes(runId) && metadata.deletionTimestamp === undefined ? [metadata.name] : []))
}
