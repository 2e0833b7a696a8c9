/** How a runner goes: `hybrid-runner uninstall`, and a namespace that is deleted under it. */
import { execFile } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { waitFor } from '../cluster/waiting.ts'
import { openPlace } from './place.ts'
import { accepted, historyOf } from './run-story.ts'
import { prepareScenario, type Scenario, startScenario } from './scenario.ts'

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

async function uninstall({ place, agentId, namespace, kubeconfig }: Scenario, account = kubeconfig): Promise<Ended> {
  const args = [place.program, 'uninstall', '--namespace', namespace, '--agent', agentId, '--timeout', '300s']
  const { promise, resolve } = Promise.withResolvers<Ended>()
  execFile(process.execPath, args, { env: { PATH: process.env['PATH'], KUBECONFIG: account } }, (error, stdout, stderr) => {
    resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
  })
  return promise
}

/** One run that works and one that waits for it; gives their ids. */
async function twoRuns(scenario: Scenario): Promise<[string, string]> {
  const { runId, ingestionPipeline } = await accepted(scenario, { seconds: 600 })
  await scenario.collate.waitForStatus({ runId, state: 'running' })
  const waiting = await accepted(scenario, {})
  expect(ingestionPipeline.id).not.toBe(waiting.ingestionPipeline.id)
  return [runId, waiting.runId]
}

async function expectNothingLeft(scenario: Scenario): Promise<void> {
  const own = async (): Promise<string[]> =>
    (await Promise.all(['pods', 'configmaps', 'secrets'].map(async (kind) => scenario.list(kind))))
      .flat()
      .map(({ metadata }) => metadata.name)
      .filter((name) => name.startsWith('run-'))
  await waitFor(async () => ((await own()).length === 0 ? true : undefined), { what: 'the end of everything' })
}

describe.concurrent('uninstall', () => {
  test('beside a runner that lives stops its runs, and Collate knows', async () => {
    const scenario = await startScenario({ agentId: 'uninstalled', environment: { MAX_ACTIVE_RUNS: '1' } })
    try {
      const [works, waits] = await twoRuns(scenario)
      expect(await uninstall(scenario)).toMatchObject({ code: 0, stdout: `nothing of runner uninstalled is left in namespace ${scenario.namespace}\n` })
      await expectNothingLeft(scenario)
      expect(await historyOf(scenario, works)).toEqual(['running by bot', 'stopped by runner'])
      expect((await historyOf(scenario, waits)).filter((state) => !state.startsWith('queued'))).toEqual(['stopped by runner'])
    } finally {
      await scenario.stop()
    }
  })

  test('with the runner gone and Collate away takes everything away all the same, tells what Collate does not know, and may be repeated', async () => {
    const scenario = await startScenario({ agentId: 'orphaned', environment: { MAX_ACTIVE_RUNS: '1' } })
    try {
      const [works, waits] = await twoRuns(scenario)
      await scenario.runner().kill()
      await scenario.collate.stop()
      const { code, stderr } = await uninstall(scenario)
      expect(code).toBe(0)
      expect(stderr).toContain('waiting for 1 run(s) to end: run-')
      for (const runId of [works, waits]) expect(stderr).toContain(`Collate was not told how run ${runId} ended`)
      await expectNothingLeft(scenario)
      expect(await uninstall(scenario)).toMatchObject({ code: 0 })
    } finally {
      await scenario.place.stop().catch(() => undefined)
    }
  })
})

test('a namespace that was deleted with its runs, and the rights of the runner with it, is freed by uninstall', async () => {
  const place = await openPlace({ namespacePrefix: 'going' })
  const scenario = await prepareScenario({ place, agentId: 'going', environment: { MAX_ACTIVE_RUNS: '1' } })
  await scenario.startRunner()
  const [works] = await twoRuns(scenario)
  await scenario.runner().kill()
  await place.collate.stop()
  const path = `/api/v1/namespaces/${scenario.namespace}`
  await scenario.cluster.api({ method: 'DELETE', path })
  const { code, stderr } = await uninstall(scenario, scenario.cluster.kubeconfigPath)
  expect(code).toBe(0)
  expect(stderr).toContain(`Collate was not told how run ${works} ended`)
  const isGone = async (): Promise<true | undefined> => ((await scenario.cluster.api({ method: 'GET', path })).status === 404 ? true : undefined)
  expect(await waitFor(isGone, { what: 'the end of the namespace' })).toBe(true)
})
