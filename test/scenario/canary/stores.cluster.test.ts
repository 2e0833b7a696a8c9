/** Secrets that the check before a run reads stay where they belong, too: in the modes that hold a run, from every store, whatever the store answers. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startAwsWorld } from '../../reconciler/secrets/aws-world.ts'
import { startAzureWorld } from '../../reconciler/secrets/azure-world.ts'
import { BROKEN_ANSWERS } from '../../reconciler/secrets/broken-answers.ts'
import { startGcpWorld } from '../../reconciler/secrets/gcp-world.ts'
import { openPlace, type Place } from '../place.ts'
import type { RunRequest, Simulate } from '../run-request.ts'
import { type Scenario, startScenario } from '../scenario.ts'
import { checkEnvironment, connectionWith, EXPECTING_VALUE, prepareSecrets, STORED } from '../secrets-story.ts'
import { untilSettled } from '../settled.ts'
import { Canaries } from './canaries.ts'
import { cloudPods } from './cloud-pods.ts'
import { everythingInSight } from './in-sight.ts'
import { runWithSecrets } from './requests.ts'

/** Each cloud takes half a minute on a busy machine; that no message quotes a broken answer, the contract of the stores shows always. */
const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'

const canaries = new Canaries()
const tokens = { runner: canaries.plantWord('runner.token'), bot: canaries.plantWord('bot.token') }
canaries.adopt('store.value', STORED.value)

/** The customer's own Secrets. */
const customers: string[] = [STORED.name]

let place: Place
beforeAll(async () => {
  place = await openPlace({ namespacePrefix: 'canary-stores', collate: { tokens } })
  await prepareSecrets(place)
})
afterAll(async () => place?.stop())

/** Plays with a runner of that environment, and looks at everything afterwards. */
async function play(agentId: string, environment: Readonly<Record<string, string>>, story: Story): Promise<void> {
  const scenario = await startScenario({ place, agentId, environment: { LOG_LEVEL: 'debug', ...environment } })
  try {
    const runs: RunRequest[] = []
    await story(scenario, async (connection, simulate = {}) => {
      const request = runWithSecrets(scenario, canaries, { connection, simulate })
      expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })
      runs.push(request)
      return request.runId
    })
    expect(canaries.hitsIn(await everythingInSight(scenario, customers, runs))).toEqual([])
  } finally {
    await scenario.stop()
  }
}

type Story = (scenario: Scenario, start: (connection: object, simulate?: Simulate) => Promise<string>) => Promise<void>

const FAILED = { state: 'failed', failureClass: 'SecretUnreadable' }

test.concurrent.each(['enforce', 'resolve'])('planted secrets are in sight of nobody where references are to be read first: %s', async (mode) => {
  await play(`canary-${mode}`, checkEnvironment(mode), async (scenario, start) => {
    const good = await start(connectionWith(STORED.reference), mode === 'resolve' ? EXPECTING_VALUE : {})
    const missing = await start(connectionWith('secret:not-there'))
    expect(await untilSettled(scenario, good)).toMatchObject({ state: 'success' })
    expect(await untilSettled(scenario, missing)).toMatchObject(FAILED)
  })
})

/** What is asked with beside keys that the cloud makes. */
const WORLDS = [
  { start: startAwsWorld, kept: { 'aws.projected': 'good.projected.token' } },
  { start: startAzureWorld, kept: { 'azure.access': 'access-of-66666666-7777-8888-9999-000000000000' } },
  { start: startGcpWorld, kept: { 'gcp.access': 'access-of-reader' } },
]

describe.runIf(IS_ALL)('where a cloud keeps them', () => {
  test.each(WORLDS)('neither values nor what they are asked for with are in sight: $start.name', async ({ start: startWorld, kept }) => {
    const world = await startWorld({ reachedBy: place.cluster.hostIp })
    try {
      for (const [name, token] of Object.entries(kept)) canaries.adopt(name, token)
      const { secretName, environment } = await cloudPods(place, world)
      customers.push(secretName)
      const value = canaries.plant(`${world.manager}.good`)
      const good = await world.plant(value)
      const broken = new Map<string, string>()
      for (const kind of Object.keys(BROKEN_ANSWERS)) broken.set(await world.plant(canaries.plant(`${world.manager}.${kind}`)), kind)
      world.spoil?.('store', (question, answer) => {
        const [, kind = ''] = [...broken].find(([name]) => `${question.path} ${question.body}`.includes(name)) ?? []
        return BROKEN_ANSWERS[kind]?.(question, answer) ?? answer
      })
      const sha256 = createHash('sha256').update(value).digest('hex')
      await play(`canary-${world.manager}`, { ...checkEnvironment('resolve'), ...environment }, async (scenario, start) => {
        const found = await start(connectionWith(`secret:${good}`), { expectSecret: { path: 'source.serviceConnection.config.authType.password', sha256 } })
        const unread = await start({ config: { type: 'Mysql', options: [...broken.keys()].map((name) => `secret:${name}`) } })
        expect(await untilSettled(scenario, found)).toMatchObject({ state: 'success' })
        const end = await untilSettled(scenario, unread)
        expect(end).toMatchObject(FAILED)
        for (const name of broken.keys()) expect(end?.message).toContain(name)
        if ('issued' in world) for (const [index, key] of world.issued().entries()) canaries.adopt(`aws.issued.${index}`, key)
      })
    } finally {
      await world.stop()
    }
  })
})
