/** The init container `secrets` in pods that Argo makes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPlace, type Place } from '../place.ts'
import { accepted, failureIn } from '../run-story.ts'
import { type Scenario, startScenario } from '../scenario.ts'
import { checkEnvironment, EXPECTING_VALUE, hasRun, prepareSecrets, startWith, STORED } from '../secrets-story.ts'
import { podOf, untilSettled } from '../settled.ts'

let place: Place
let enforcing: Scenario
let resolving: Scenario

beforeAll(async () => {
  place = await openPlace({ executor: 'argo', namespacePrefix: 'argo-secrets' })
  await prepareSecrets(place)
  const start = async (mode: string): Promise<Scenario> => startScenario({ place, agentId: `runner-${mode}`, environment: checkEnvironment(mode) })
  ;[enforcing, resolving] = await Promise.all([start('enforce'), start('resolve')])
})
afterAll(async () => {
  await Promise.all([enforcing?.stop(), resolving?.stop()])
  await place?.stop()
})

describe.concurrent('under Argo a run with references', () => {
  test('whose secret is missing does not start where that is enforced, and its failure names it', async () => {
    const runId = await startWith(enforcing, 'secret:not-there')
    expect(await untilSettled(enforcing, runId)).toMatchObject({ state: 'failed', failureClass: 'SecretUnreadable' })
    expect(hasRun(await podOf(enforcing, runId))).toBe(false)
    const [last] = (await enforcing.collate.history({ runId })).toReversed()
    expect(failureIn(last?.status ?? null)?.error).toContain('"secret:not-there" in Kubernetes (missing)')
  })

  test('finds the values in their place where they are resolved', async () => {
    const runId = await startWith(resolving, STORED.reference, EXPECTING_VALUE)
    expect(await untilSettled(resolving, runId)).toMatchObject({ state: 'success' })
  })

  test('and one without run side by side', async () => {
    const [withSecret, { runId: without }] = [await startWith(enforcing, STORED.reference), await accepted(enforcing)]
    for (const runId of [withSecret, without]) expect(await untilSettled(enforcing, runId)).toMatchObject({ state: 'success' })
  })
})
