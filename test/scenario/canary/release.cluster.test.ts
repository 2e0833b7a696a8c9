/** Secrets stay where they belong under a release of the chart, too: what Helm keeps and says, and the chart's own pods, are looked at as all else is. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RELEASED_NAME } from '../../charts/released-account.ts'
import { openReleasePlace, type Released, releasedAt } from '../../charts/released.ts'
import { callJson } from '../../cluster/kubernetes-api.ts'
import type { Place } from '../place.ts'
import type { RunRequest, Simulate } from '../run-request.ts'
import { connectionWith, STORED } from '../secrets-story.ts'
import { untilSettled } from '../settled.ts'
import { Canaries } from './canaries.ts'
import { everythingInSight } from './in-sight.ts'
import { runWithSecrets } from './requests.ts'

const canaries = new Canaries()
const tokens = { runner: canaries.plantWord('runner.token'), bot: canaries.plantWord('bot.token') }
/** Asked by what goes to https alone, and nothing here does. */
const PROXY = `http://runner:${canaries.plantWord('proxy.password')}@proxy.example.com:3128`

/** The customer's own Secrets. */
const CUSTOMERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'collate-token': { token: tokens.runner },
  'way-out': { HTTPS_PROXY: PROXY },
  [STORED.name]: { value: canaries.adopt('store.value', STORED.value) },
}

let place: Place
let released: Released
const runs: RunRequest[] = []

beforeAll(async () => {
  place = await openReleasePlace({ namespacePrefix: 'canary-release', collate: { tokens } })
  released = await releasedAt(place, { agentId: 'canary-released' })
  for (const [name, stringData] of Object.entries(CUSTOMERS)) {
    await callJson(place.cluster.api, { method: 'POST', path: `/api/v1/namespaces/${place.namespace}/secrets`, body: { metadata: { name }, stringData } })
  }
}, 1_200_000)
afterAll(async () => place?.stop())

/** Where which secret is seen, in Helm's words, too. */
async function hits(said: Readonly<Record<string, string>>): Promise<string[]> {
  for (const [command, text] of Object.entries(said)) expect(text.trim(), command).not.toBe('')
  const seen = await everythingInSight(released.scenario, Object.keys(CUSTOMERS), runs)
  return canaries.hitsIn(new Map([...seen, ...Object.entries(said).map(([command, text]): [string, string] => [`helm ${command}`, text])]))
}

async function ended(reference: string, simulate: Simulate = {}): Promise<void> {
  const request = runWithSecrets(released.scenario, canaries, { connection: connectionWith(reference), simulate })
  expect(await released.scenario.run(request)).toMatchObject({ result: { code: 200 } })
  runs.push(request)
  await untilSettled(released.scenario, request.runId, 120_000)
}

test('planted secrets are in sight of nobody, but where the values themselves give one: there Helm keeps it', { timeout: 240_000 }, async () => {
  const { scenario, release, values } = released
  const { authToken: _, ...config } = values['config'] as Readonly<Record<string, unknown>>
  const careful = {
    ...values,
    envFrom: [{ secretRef: { name: 'way-out' } }],
    extraEnvs: [{ name: 'LOG_LEVEL', value: 'debug' }],
    config: { ...config, authTokenSecret: { name: 'collate-token', key: 'token' } },
  }
  const install = await release.install(careful)
  expect(install).toContain('NOTES')
  await scenario.collate.waitForRunner(scenario.agentId, 'Active')
  await Promise.all([ended(STORED.reference), ended('secret:not-there', { exitCode: 3, lines: 3 })])
  const said = { install, test: await release.helm('test', '--logs'), status: await release.helm('status'), history: await release.helm('history') }
  expect(await hits(said)).toEqual([])

  const upgrade = await release.upgrade({ ...careful, config: { ...config, authToken: tokens.runner } })
  const kept = [`secrets/${RELEASED_NAME}-auth-token`, 'secrets/sh.helm.release.v1.collate-prod.v2'].map((secret) => `runner.token in ${secret}`)
  expect((await hits({ upgrade, status: await release.helm('status') })).toSorted()).toEqual(kept)
  expect(await hits({ uninstall: await release.uninstall() })).toEqual([])
})
