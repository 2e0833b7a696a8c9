/** The runner's account cannot read a Secret, and was never answered one. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ApiRequest } from '../cluster/kubernetes-api.ts'
import { auditEvents } from './audit-log.ts'
import { RUNNER_ACCOUNT } from './runner-account.ts'
import { accepted } from './run-story.ts'
import { type Scenario, startScenario } from './scenario.ts'
import { untilSettled } from './settled.ts'
import { tokenApi } from './token-api.ts'

let scenario: Scenario

beforeAll(async () => {
  scenario = await startScenario({ namespacePrefix: 'secrets' })
})
afterAll(async () => scenario?.stop())

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
    const { runId } = await accepted(scenario)
    await untilSettled(scenario, runId)
    const asked = (await auditEvents(scenario.cluster, scenario.namespace)).filter(
      ({ user, resource }) => resource === 'secrets' && user.endsWith(`:${RUNNER_ACCOUNT}`),
    )
    expect(asked.filter(({ verb }) => verb === 'create').length).toBeGreaterThan(0)
    expect(asked.filter(({ verb, code }) => verb !== 'create' && code !== 403)).toEqual([])
  })
})
