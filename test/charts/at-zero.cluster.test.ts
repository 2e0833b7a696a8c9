/** Schedules fire by Kubernetes' or Argo's own clock, also while no runner is there: real minutes, so only when nothing is left out. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Executor } from '../../compiler/policy/executor.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { waitFor } from '../cluster/waiting.ts'
import type { Place } from '../scenario/place.ts'
import { historyOf } from '../scenario/run-story.ts'
import { deploy, EVERY_MINUTE, jobsOf, scheduledPipeline, untilCron, untilFired } from '../scenario/schedule-story.ts'
import { openReleasePlace, type Released, releasedAt, runnerPods, untilOnly } from './released.ts'

const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'
const EXECUTORS: readonly Executor[] = ['simpleK8s', 'argo']

describe.runIf(IS_ALL).each(EXECUTORS)('a release scaled to zero, under %s', (executor) => {
  let place: Place
  beforeAll(async () => {
    place = await openReleasePlace({ namespacePrefix: 'at-zero', executor })
  })
  afterAll(async () => place?.stop())

  test('has its schedule fire all the same, and tells of it when it is back', async () => {
    const released = await releasedAt(place, { agentId: 'at-zero' })
    const { scenario, release, values } = released
    const argo = executor === 'argo' ? { argoWorkflows: { endpoint: 'http://argo-server.argo:2746' } } : {}
    await release.install({ ...values, config: { ...(values['config'] as object), ...argo } })
    await scenario.collate.waitForRunner(scenario.agentId, 'Active')
    const pipeline = scheduledPipeline(scenario)
    await deploy(pipeline, { schedule: EVERY_MINUTE, simulate: { end: 'none' } })
    await untilCron(pipeline)

    await scale(released, 0)
    await waitFor(async () => ((await runnerPods(release, place)).length === 0 ? true : undefined), { what: 'no runner' })
    const runId = (await untilFired(pipeline, await jobsOf(pipeline))).metadata.uid
    expect(await historyOf(scenario, runId)).not.toContainEqual(expect.stringMatching(/by runner$/))

    await scale(released, 1)
    await scenario.collate.waitForStatus({ runId, state: 'success', writer: 'runner' })
    expect(await historyOf(scenario, runId)).toEqual(['running by bot', 'success by runner'])
    await release.uninstall()
    await untilOnly(place, place.namespace)
  })

  async function scale({ release }: Released, replicas: number): Promise<void> {
    const path = `/apis/apps/v1/namespaces/${release.namespace}/deployments/${release.name}-hybrid-ingestion-runner`
    await callJson(place.cluster.api, { method: 'PATCH', path, contentType: 'application/merge-patch+json', body: { spec: { replicas } } })
  }
})
