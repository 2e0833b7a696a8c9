/** The log of a run on a real node: read in pages, followed, and brought to Collate when its pod no longer can. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { waitFor } from '../cluster/waiting.ts'
import { openPlace, type Place } from './place.ts'
import type { RunRequest } from './run-request.ts'
import { accepted } from './run-story.ts'
import { type Scenario, startScenario } from './scenario.ts'
import { untilSettled } from './settled.ts'

let place: Place
let shared: Scenario

beforeAll(async () => {
  place = await openPlace({ namespacePrefix: 'logs' })
  shared = await startScenario({ place })
})
afterAll(async () => {
  await shared?.stop()
  await place?.stop()
  expect(await place?.collate.violations().catch(() => [])).toEqual([])
})

interface LogAnswer {
  readonly code: number
  readonly reason: string
  readonly data: Readonly<Record<string, string>>
}

async function ask(scenario: Scenario, method: string, runId: string, after?: string): Promise<LogAnswer> {
  const params = { runner: scenario.agentId, runId, ...(after === undefined ? {} : { after }) }
  const answer = await scenario.collate.call(method, params, { agentId: scenario.agentId })
  if ('error' in answer) throw new Error(JSON.stringify(answer.error))
  return answer.result as LogAnswer
}

/** Page by page, from a cursor to where the log ends now. */
async function readLog(
  scenario: Scenario,
  runId: string,
  from?: string,
): Promise<{ readonly text: string; readonly pages: number; readonly resumeAfter: string }> {
  let text = ''
  let pages = 0
  for (let after = from; ;) {
    const { code, reason, data } = await ask(scenario, 'run/logs', runId, after)
    if (code !== 200) throw new Error(reason)
    text += data['ingestion_task']
    pages += 1
    after = data['after']
    if (after === undefined) return { text, pages, resumeAfter: data['resumeAfter'] ?? '' }
  }
}

/** The pod posts that it runs before its node has told so; until then the log is answered as not there yet. */
async function untilReadable(scenario: Scenario, runId: string): Promise<void> {
  const probe = async (): Promise<true | undefined> => ((await ask(scenario, 'run/logs', runId)).code === 200 ? true : undefined)
  await waitFor(probe, { what: `the log of ${runId}` })
}

const processed = (text: string): number[] => [...text.matchAll(/Processed table \[table_(\d+)\]/g)].map(([, number]) => Number(number))
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)

describe.concurrent('the log of a run', () => {
  test('is read while it runs and read on after its end, without a line twice or lost', async () => {
    const gate = await place.gate()
    const { runId } = await accepted(shared, { waitAt: gate.url, lines: 60 })
    await gate.reached()
    await untilReadable(shared, runId)
    const first = await readLog(shared, runId)
    const second = await readLog(shared, runId, first.resumeAfter)
    expect(processed(first.text).length).toBeLessThan(60)
    gate.open()
    await untilSettled(shared, runId)
    const last = await readLog(shared, runId, second.resumeAfter)
    const text = first.text + second.text + last.text
    expect(processed(text)).toEqual(upTo(60))
    expect(text).toBe((await readLog(shared, runId)).text)
    expect(text).toMatch(/finished in time/)
  })

  test('of several megabytes comes in pages that fit a frame, whole', async () => {
    const { runId } = await accepted(shared, { lines: 40_000 })
    await untilSettled(shared, runId)
    const { text, pages } = await readLog(shared, runId)
    expect(processed(text)).toEqual(upTo(40_000))
    expect(pages).toBeGreaterThan(2)
    const frames = (await shared.collate.frames()).filter(({ direction }) => direction === 'received')
    expect(Math.max(...frames.map(({ bytes }) => bytes))).toBeLessThanOrEqual(1024 * 1024)
  })

  test('of a run that nobody knows is an error with its reason', async () => {
    const unknown = await ask(shared, 'run/logs', '00000000-0000-4000-8000-000000000000')
    expect(unknown).toMatchObject({ code: 404, data: { error: expect.stringContaining('has no run') } })
  })
})

describe('a log that is followed', () => {
  test('comes as it is written, and is complete when the run has ended', async () => {
    const gate = await place.gate()
    const { runId } = await accepted(shared, { waitAt: gate.url, lines: 40 })
    expect(await ask(shared, 'run/followLogs', runId)).toMatchObject({ code: 200 })
    await shared.collate.waitForFollowed({ runId, text: 'table_20]' })
    gate.open()
    await shared.collate.waitForFollowed({ runId, isComplete: true })
    const lines = await shared.collate.followed(runId)
    expect(processed(lines.map(({ text }) => text).join(''))).toEqual(upTo(40))
    expect(lines.map(({ text }) => text).join('')).toBe((await readLog(shared, runId)).text)
    expect(lines.filter(({ isComplete }) => isComplete)).toHaveLength(1)
  })

  test('ends when it is unfollowed', async () => {
    const gate = await place.gate()
    const { runId } = await accepted(shared, { waitAt: gate.url, lines: 30 })
    await ask(shared, 'run/followLogs', runId)
    await shared.collate.waitForFollowed({ runId, text: 'table_1]' })
    expect(await ask(shared, 'run/unfollowLogs', runId)).toMatchObject({ code: 200 })
    gate.open()
    await untilSettled(shared, runId)
    expect(processed((await shared.collate.followed(runId)).map(({ text }) => text).join('')).length).toBeLessThan(30)
  })

  test('goes on where it was when the runner is killed and the server follows anew', async () => {
    const own = await startScenario({ place, agentId: 'follows' })
    const gate = await place.gate()
    const { runId } = await accepted(own, { waitAt: gate.url, lines: 80 })
    await ask(own, 'run/followLogs', runId)
    await own.collate.waitForFollowed({ runId, text: 'table_3]' })
    await own.runner().kill()
    const { after } = (await own.collate.followed(runId)).at(-1) ?? {}
    await own.startRunner()
    await ask(own, 'run/followLogs', runId, after)
    gate.open()
    await own.collate.waitForFollowed({ runId, isComplete: true })
    const lines = (await own.collate.followed(runId)).map(({ text }) => text)
    expect(processed(lines.join(''))).toEqual(upTo(80))
    await own.stop()
  })
})

describe.concurrent('a log that the pod streams', () => {
  /** What Collate holds of the log once the runner has closed it. */
  async function closedLog({ runId, ingestionPipeline }: RunRequest): Promise<{ readonly text: string; readonly isClosed: boolean }> {
    await shared.collate.waitForRequest({ method: 'POST', path: new RegExp(`${runId}/close`), status: 200 })
    const { text = '', isClosed = false } = (await shared.collate.log(ingestionPipeline.fullyQualifiedName, runId)) ?? {}
    return { text, isClosed }
  }

  test('is completed by the runner when the kernel kills the program, and closed', async () => {
    const request = await accepted(shared, { lines: 8, streamedLines: 3, allocateMiB: 128, allocateAtEnd: true })
    const { text, isClosed } = await closedLog(request)
    expect(processed(text)).toEqual(upTo(8))
    expect(text).not.toContain('[...')
    expect(isClosed).toBe(true)
    expect(await untilSettled(shared, request.runId)).toMatchObject({ failureClass: 'OOMKilled' })
  })

  test('is marked where lines are lost', async () => {
    const request = await accepted(shared, { lines: 900, streamedLines: 3, allocateMiB: 128, allocateAtEnd: true })
    const { text } = await closedLog(request)
    expect(processed(text)).toEqual([...upTo(3), ...upTo(900).slice(-500)])
    expect(text).toMatch(/table_3\].*\n\[\.\.\. lines are missing here: .*last 500 lines.*\]\n.*table_401\]/)
  })

  test('is only closed when the run ended well', async () => {
    const request = await accepted(shared, { lines: 5, streamedLines: 5 })
    const { text, isClosed } = await closedLog(request)
    expect(processed(text)).toEqual(upTo(5))
    expect(isClosed).toBe(true)
    const posts = (await shared.collate.requests()).filter(({ method, path, token }) => method === 'POST' && path.includes(request.runId) && token === 'runner')
    expect(posts).toHaveLength(1)
  })
})
