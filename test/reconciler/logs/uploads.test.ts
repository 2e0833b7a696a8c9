import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { handleRequest } from '../../../reconciler/request/handle-request.ts'
import { RUN_ID, withPipeline } from '../../compiler/examples/run-request.ts'
import { exited, running } from '../../support/a-pod.ts'
import { aRunner, aWorld, type TestRunner, type World } from '../../support/a-runner.ts'
import { endOfRun, podIn, recordIn } from '../../support/run-in-world.ts'

let world: World
let runner: TestRunner
beforeEach(async () => {
  world = aWorld()
  runner = aRunner(world)
  await runner.controller.start()
})
afterEach(async () => runner.controller.stop())

/** One try, so that the first failure is the end. */
const request = (pipeline: object = {}): object => withPipeline({ enableStreamableLogs: true, airflowConfig: { retries: 0 }, ...pipeline })

interface Death {
  readonly pipeline?: object
  readonly exitCode?: number
  readonly reason?: string
  readonly wrote: string
  readonly sent?: string
}

/** A run whose program wrote this, sent a part of it to Collate, and ended. Gives the key of its log there. */
async function aRunThatDied({ pipeline = {}, exitCode = 137, reason = 'OOMKilled', wrote, sent }: Death): Promise<string> {
  await handleRequest('pipeline/run', request(pipeline), runner.context)
  const pod = running(await podIn(world))
  const fqn = recordIn(world)?.spec.pipeline.fullyQualifiedName ?? ''
  world.cluster.logs.append(pod.metadata?.name ?? '', wrote)
  if (sent !== undefined) world.collate.streamLog(fqn, RUN_ID, sent)
  world.cluster.put('pods', exited(pod, exitCode, { reason }))
  await endOfRun(world)
  await runner.effects.uploads.settled()
  return `${fqn} ${RUN_ID}`
}

const numbered = (count: number): string => Array.from({ length: count }, (_, index) => `line ${index}\n`).join('')

describe('the log of a run that streams it', () => {
  test('is completed and closed when the program was killed', async () => {
    const key = await aRunThatDied({ wrote: 'one\ntwo\nlast words\n', sent: 'one\n' })
    expect(world.collate.logs.get(key)).toBe('one\ntwo\nlast words\n')
    expect(world.collate.closedLogs.has(key)).toBe(true)
  })

  test('is brought whole when the program could send nothing', async () => {
    expect(world.collate.logs.get(await aRunThatDied({ wrote: 'only words\n' }))).toBe('only words\n')
  })

  test('is marked where lines are lost: of a long log the last are brought', async () => {
    const key = await aRunThatDied({ wrote: numbered(700), sent: numbered(10) })
    const lines = (world.collate.logs.get(key) ?? '').split('\n')
    expect(lines.slice(0, 10).join('\n')).toBe(numbered(10).trimEnd())
    expect(lines[10]).toMatch(/^\[\.\.\. lines are missing here: .* last 500 lines/)
    expect(lines.slice(11)).toEqual(numbered(700).split('\n').slice(200))
  })

  test('is only closed when the run ended well, and when nothing is missing', async () => {
    const key = await aRunThatDied({ exitCode: 0, reason: 'Completed', wrote: 'one\n' })
    expect(world.collate.calls.filter((call) => call.endsWith('Log') || call === 'readLogEnd')).toEqual(['closeLog'])
    expect(world.collate.closedLogs.has(key)).toBe(true)
  })

  test('is left alone when the run does not stream it', async () => {
    await aRunThatDied({ pipeline: { enableStreamableLogs: false }, wrote: 'one\n' })
    expect(world.collate.calls).not.toContain('closeLog')
    expect(world.collate.logs.size).toBe(0)
  })

  test('does not hold back the end when Collate takes no lines, is tried a few times and given up', async () => {
    for (const _ of [1, 2, 3, 4]) world.collate.failNext('readLogEnd', 'Unavailable')
    const key = await aRunThatDied({ wrote: 'secret words\n' })
    expect(recordIn(world)?.status).toMatchObject({ phase: 'Ended', end: { failureClass: 'OOMKilled', isAcknowledged: true } })
    expect(world.collate.calls.filter((call) => call === 'readLogEnd')).toHaveLength(4)
    expect(world.collate.closedLogs.has(key)).toBe(true)
    expect(JSON.stringify(runner.logged)).not.toContain('secret words')
  })

  test('is not asked to take again what it refuses for good', async () => {
    world.collate.failNext('appendLog', 'Refused')
    await aRunThatDied({ wrote: 'one\n' })
    expect(world.collate.calls.filter((call) => call === 'appendLog')).toHaveLength(1)
  })

  test('never comes into the cluster', async () => {
    await aRunThatDied({ wrote: 'secret words\n' })
    expect(JSON.stringify(world.cluster.all('configmaps'))).not.toContain('secret words')
  })
})
