/** Pods under Argo whose program is given no token of their account, which Argo's own containers need. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callJson } from '../../cluster/kubernetes-api.ts'
import { openPlace, type Place } from '../place.ts'
import { accepted, historyOf } from '../run-story.ts'
import { INGESTION_ACCOUNT } from '../runner-account.ts'
import { type Scenario, startScenario } from '../scenario.ts'
import { attemptOf, podOf, untilSettled } from '../settled.ts'

const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'

interface Mounting {
  readonly name: string
  readonly volumeMounts?: readonly { readonly mountPath: string }[]
}

async function placeWhoseAccountMounts(isMounting: boolean): Promise<Place> {
  const place = await openPlace({ executor: 'argo', namespacePrefix: 'argo-token' })
  const path = `/api/v1/namespaces/${place.namespace}/serviceaccounts/${INGESTION_ACCOUNT}`
  const body = { automountServiceAccountToken: isMounting }
  await callJson(place.cluster.api, { method: 'PATCH', path, body, contentType: 'application/merge-patch+json' })
  return place
}

/** Names of the containers in the run's pod that have a token. */
async function holdersIn(scenario: Scenario, runId: string): Promise<string[]> {
  const spec = (await podOf(scenario, runId))?.spec as { initContainers: readonly Mounting[]; containers: readonly Mounting[] } | undefined
  const holders = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].filter(({ volumeMounts = [] }) =>
    volumeMounts.some(({ mountPath }) => mountPath === MOUNT_PATH),
  )
  return holders.map(({ name }) => name).toSorted()
}

/** A run that ends well, and one that does not. */
async function expectEnds(scenario: Scenario, holders: readonly string[]): Promise<void> {
  const good = await accepted(scenario)
  const bad = await accepted(scenario, { exitCode: 3 })
  expect(await untilSettled(scenario, good.runId)).toMatchObject({ state: 'success' })
  expect(await historyOf(scenario, good.runId)).toEqual(['running by bot', 'success by bot'])
  expect(await attemptOf(scenario, good.runId)).toMatchObject({ status: { phase: 'Succeeded' } })
  expect(await untilSettled(scenario, bad.runId)).toMatchObject({ state: 'failed', failureClass: 'ExitCode' })
  expect(await holdersIn(scenario, good.runId)).toEqual(holders)
}

let mounting: Place
let notMounting: Place
beforeAll(async () => {
  ;[mounting, notMounting] = await Promise.all([placeWhoseAccountMounts(true), placeWhoseAccountMounts(false)])
})
afterAll(async () => {
  await mounting?.stop()
  await notMounting?.stop()
})

test.concurrent.each([
  { what: 'whose policy says so', place: () => mounting, environment: { INGESTION_AUTOMOUNT_SA_TOKEN: 'false' }, holders: ['init', 'wait'] },
  { what: 'whose account says so', place: () => notMounting, environment: {}, holders: ['init', 'wait'] },
  {
    what: 'but whose policy says otherwise than the account',
    place: () => notMounting,
    environment: { INGESTION_AUTOMOUNT_SA_TOKEN: 'true' },
    holders: ['init', 'main', 'wait'],
  },
])("under Argo runs without a token, $what, end as others do, and Argo's own containers have one", async ({ what, place, environment, holders }) => {
  const scenario = await startScenario({ place: place(), agentId: what.replaceAll(' ', '-'), environment })
  try {
    await expectEnds(scenario, holders)
  } finally {
    await scenario.stop()
  }
})
