/**
 * kill -9 of the runner at every moment between two of the writes of a deploy and a redeploy, against the real API server. Whatever
 * the moment: in the end one CronJob fires what was deployed last, with its own payload, and nothing of before is left.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { waitFor } from '../cluster/waiting.ts'
import { openPlace, type Place } from '../scenario/place.ts'
import { prepareScenario, type Scenario } from '../scenario/scenario.ts'
import { ask } from '../scenario/ask.ts'
import { cronOf, deploy, deployParams, type ScheduledPipeline, scheduledPipeline, schedulePartsOf, untilCron } from '../scenario/schedule-story.ts'
import { ApiProxy, type CallMatch } from './api-proxy.ts'

interface Moment {
  readonly name: string
  readonly match: CallMatch
  readonly when: 'before' | 'after'
}

const BEFORE = '0 0 1 1 *'
const AFTER = '0 0 2 2 *'

const RECORD_CREATE: CallMatch = { method: 'POST', path: /\/configmaps\?/ }
const PAYLOAD_CREATE: CallMatch = { method: 'POST', path: /\/secrets\?(?!.*dryRun)/ }
const CRON_CREATE: CallMatch = { method: 'POST', path: /\/cronjobs\?(?!.*dryRun)/ }
const CRON_PATCH: CallMatch = { method: 'PATCH', path: /\/cronjobs\/[^?]*\?(?!.*dryRun)/ }
const OLD_DELETE: CallMatch = { method: 'DELETE', path: /\/configmaps\/schedule-/ }

const DEPLOY: readonly Moment[] = [
  { name: 'before the record is written', match: RECORD_CREATE, when: 'before' },
  { name: 'between record and payload', match: PAYLOAD_CREATE, when: 'before' },
  { name: 'after the payload is written and before the runner knows', match: PAYLOAD_CREATE, when: 'after' },
  { name: 'between payload and CronJob', match: CRON_CREATE, when: 'before' },
  { name: 'after the CronJob is made and before the runner knows', match: CRON_CREATE, when: 'after' },
]
const REDEPLOY: readonly Moment[] = [
  { name: 'between record and payload of the new revision', match: PAYLOAD_CREATE, when: 'before' },
  { name: 'before the CronJob is changed', match: CRON_PATCH, when: 'before' },
  { name: 'after the CronJob is changed and before the runner knows', match: CRON_PATCH, when: 'after' },
  { name: 'before the old revision goes', match: OLD_DELETE, when: 'before' },
  { name: 'after the old revision is gone and before the runner knows', match: OLD_DELETE, when: 'after' },
]

let place: Place

beforeAll(async () => {
  place = await openPlace({ namespacePrefix: 'schedule-crash' })
})
afterAll(async () => place?.stop())

interface Stage {
  readonly scenario: Scenario
  readonly proxy: ApiProxy
  readonly kubeconfig: string
}

async function onStage(agentId: string, act: (stage: Stage) => Promise<void>): Promise<void> {
  const scenario = await prepareScenario({ place, agentId })
  const proxy = new ApiProxy(scenario.cluster.apiServerUrl, scenario.cluster.caData)
  await proxy.listen()
  try {
    await act({ scenario, proxy, kubeconfig: await proxy.writeKubeconfig(scenario.kubeconfig) })
  } finally {
    await scenario.stop()
    await proxy.stop()
  }
}

/** Kills the runner at the moment, while it answers the deploy or after; starts another, to which the server repeats the deploy. */
async function killedAt({ match, when }: Moment, pipeline: ScheduledPipeline, schedule: string, { scenario, proxy, kubeconfig }: Stage): Promise<void> {
  const { reached } = proxy.catch(match, when)
  const params = deployParams(pipeline, { schedule })
  const answer = scenario.collate.call('pipeline/deploy', params, { agentId: scenario.agentId }).catch(() => undefined)
  await reached
  await scenario.runner().kill()
  await answer
  proxy.clear()
  await scenario.startRunner({ KUBECONFIG: kubeconfig })
  expect(await ask(scenario, 'pipeline/deploy', params)).toMatchObject({ result: { code: 200 } })
}

/**
 * What stands in the end. Until then the CronJob may go and come back: a sync on the new connect does not list what the server has not
 * been answered yet, and the repeat of the deploy brings it.
 */
async function expectOnlyOne(pipeline: ScheduledPipeline, schedule: string): Promise<void> {
  const probe = async (): Promise<true> => {
    const [{ revisions, payloads }, cron] = await Promise.all([schedulePartsOf(pipeline), cronOf(pipeline)])
    const [revision, payload] = [revisions[0]?.metadata.uid ?? '', payloads[0]?.metadata.name ?? '']
    expect({ revisions: revisions.length, payloads: payloads.length, state: revisions[0]?.data?.['status'] }).toMatchObject({ revisions: 1, payloads: 1 })
    expect(cron).toMatchObject({ spec: { schedule } })
    expect(cron?.spec.suspend ?? false).toBe(false)
    expect(cron?.metadata.deletionTimestamp).toBeUndefined()
    expect(JSON.stringify(cron?.spec)).toContain(payload)
    expect(JSON.stringify(cron?.metadata)).toContain(revision)
    return true
  }
  await waitFor(probe, { what: `one revision, one payload, and a CronJob of both that fires at ${schedule}` })
}

describe.concurrent('a runner killed with -9 during a deploy', () => {
  it.for(DEPLOY.map((moment, index) => ({ ...moment, agentId: `deploy-${index}` })))('$name', async (moment) =>
    onStage(moment.agentId, async (stage) => {
      await stage.scenario.startRunner({ KUBECONFIG: stage.kubeconfig })
      const pipeline = scheduledPipeline(stage.scenario)
      await killedAt(moment, pipeline, AFTER, stage)
      await expectOnlyOne(pipeline, AFTER)
    }),
  )
})

describe.concurrent('a runner killed with -9 during a redeploy', () => {
  it.for(REDEPLOY.map((moment, index) => ({ ...moment, agentId: `redeploy-${index}` })))('$name', async (moment) =>
    onStage(moment.agentId, async (stage) => {
      await stage.scenario.startRunner({ KUBECONFIG: stage.kubeconfig })
      const pipeline = scheduledPipeline(stage.scenario)
      await deploy(pipeline, { schedule: BEFORE })
      const before = await untilCron(pipeline)
      await killedAt(moment, pipeline, AFTER, stage)
      await expectOnlyOne(pipeline, AFTER)
      expect((await cronOf(pipeline))?.metadata.uid).toBe(before.metadata.uid)
    }),
  )
})
