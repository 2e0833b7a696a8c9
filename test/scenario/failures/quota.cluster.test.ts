/** A namespace whose quota has no room for what a request needs: it is answered as retryable, leaves nothing, and goes well once there is room. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callJson } from '../../cluster/kubernetes-api.ts'
import { waitFor } from '../../cluster/waiting.ts'
import type { RunRequest } from '../run-request.ts'
import { accepted, historyOf } from '../run-story.ts'
import { type Scenario, startScenario } from '../scenario.ts'
import { untilSettled } from '../settled.ts'

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

/** The quota is cached by the API server for a moment after it is gone. */
async function isAccepted(request: RunRequest): Promise<true | undefined> {
  const answer = await scenario.run(request)
  return 'result' in answer && (answer.result as { readonly code: number }).code === 200 ? true : undefined
}

/** Gives the namespace a quota with no room left. */
async function fill(resource: string): Promise<() => Promise<unknown>> {
  const name = `no-${resource}`
  const path = `/api/v1/namespaces/${scenario.namespace}/resourcequotas`
  const body = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name }, spec: { hard: { [`count/${resource}`]: '0' } } }
  await callJson(scenario.cluster.api, { method: 'POST', path, body })
  const trial = { method: 'POST', path: `/api/v1/namespaces/${scenario.namespace}/${resource}?dryRun=All`, body: { metadata: { name: 'trial' } } } as const
  const isEnforced = async (): Promise<true | undefined> => ((await scenario.cluster.api(trial)).body.includes(`exceeded quota: ${name}`) ? true : undefined)
  await waitFor(isEnforced, { what: `the quota ${name} enforced` })
  return async () => callJson(scenario.cluster.api, { method: 'DELETE', path: `${path}/${name}` })
}

async function leftOf({ runId }: RunRequest): Promise<string[]> {
  const lists = await Promise.all(['configmaps', 'secrets', 'pods'].map(async (resource) => scenario.list(resource)))
  return lists.flat().flatMap(({ metadata }) => (metadata.name.includes(runId) && metadata.deletionTimestamp === undefined ? [metadata.name] : []))
}
