import { beforeEach, describe, expect, test } from 'vitest'
import type { StoredRecord } from '../../../compiler/record.ts'
import type { RunLogParams, ServiceResponse } from '../../../reconciler/link/protocol.ts'
import { InvalidRequest } from '../../../reconciler/request/answer.ts'
import { handleRequest } from '../../../reconciler/request/handle-request.ts'
import { RUN_ID } from '../../compiler/examples/run-request.ts'
import { aPodOf, exited, running } from '../../support/a-pod.ts'
import { anEndedRecord, aRecord, storedAs } from '../../support/a-record.ts'
import { aRunner, aWorld, type TestRunner, type World } from '../../support/a-runner.ts'
import { RUN_KEY } from '../../support/run-in-world.ts'

let world: World
let runner: TestRunner
beforeEach(() => {
  world = aWorld()
  runner = aRunner(world)
})

const POD = `${RUN_KEY}-1`
const follow = async (params: object = {}): Promise<ServiceResponse> =>
  handleRequest('run/followLogs', { runner: 'aws-prod', runId: RUN_ID, ...params }, runner.context)
const unfollow = async (): Promise<ServiceResponse> => handleRequest('run/unfollowLogs', { runner: 'aws-prod', runId: RUN_ID }, runner.context)
const put = (record: StoredRecord): StoredRecord => {
  world.cluster.put('configmaps', storedAs(record))
  runner.context.followers.wake(record.name)
  return record
}

function aRunThatWrote(text: string): StoredRecord {
  const record = put(aRecord())
  world.cluster.put('pods', running(aPodOf(record)))
  world.cluster.logs.append(POD, text)
  return record
}

/** The program ends, and the run with it. */
function end(record: StoredRecord): void {
  world.cluster.put('pods', exited(aPodOf(record), 0))
  put(anEndedRecord({}, { status: { ...record.status, phase: 'Ended' } }))
}

const textOf = (followed: readonly RunLogParams[]): string => followed.map(({ text }) => text).join('')
const untilSent = async (text: string, by = runner): Promise<void> => world.cluster.changes.until(() => textOf(by.followed).includes(text))
const untilComplete = async (by = runner): Promise<void> => world.cluster.changes.until(() => by.followed.some(({ isComplete }) => isComplete))
const untilQuiet = async (): Promise<void> => world.cluster.changes.until(() => world.cluster.logs.open === 0)

describe('run/followLogs', () => {
  test('sends what is there and what comes, and says when the run has ended and all is sent', async () => {
    const record = aRunThatWrote('one\n')
    expect(await follow()).toMatchObject({ code: 200, runId: RUN_ID })
    await untilSent('one\n')
    world.cluster.logs.append(POD, 'two\n')
    await untilSent('two\n')
    expect(runner.followed.every(({ isComplete }) => !isComplete)).toBe(true)
    world.cluster.logs.append(POD, 'three\n')
    end(record)
    await untilComplete()
    expect(textOf(runner.followed)).toBe('one\ntwo\nthree\n')
    expect(runner.followed.filter(({ isComplete }) => isComplete)).toHaveLength(1)
    await expect.poll(() => runner.context.followers.count()).toBe(0)
  })

  test('begins before the run has started', async () => {
    const record = put(aRecord())
    await follow()
    await world.cluster.changes.until(() => world.cluster.calls.includes('read pods'))
    world.cluster.put('pods', running(aPodOf(record)))
    world.cluster.logs.append(POD, 'one\n')
    runner.context.followers.wake(RUN_KEY)
    await untilSent('one\n')
    end(record)
    await untilComplete()
    expect(textOf(runner.followed)).toBe('one\n')
  })

  test('goes on behind what was sent when the stream breaks off', async () => {
    const record = aRunThatWrote('one\n')
    await follow()
    await untilSent('one\n')
    for (const text of ['two\n', 'three\n']) {
      world.cluster.failNext('log', 'Unavailable')
      world.cluster.logs.breakStreams()
      world.cluster.logs.append(POD, text)
      await untilSent(text)
    }
    end(record)
    await untilComplete()
    expect(textOf(runner.followed)).toBe('one\ntwo\nthree\n')
  })

  test('goes on from its `after` in another process', async () => {
    const record = aRunThatWrote('one\n')
    await follow()
    await untilSent('one\n')
    const { after } = runner.followed.at(-1) ?? {}
    runner.context.followers.stopAll()
    world.cluster.logs.append(POD, 'two\n')
    runner = aRunner(world)
    await follow({ after })
    await untilSent('two\n')
    end(record)
    await untilComplete()
    expect(textOf(runner.followed)).toBe('two\n')
  })

  test('goes through the attempts of a run, and tells them apart', async () => {
    const record = aRunThatWrote('first\n')
    await follow()
    await untilSent('first\n')
    world.cluster.put('pods', exited(aPodOf(record), 1))
    const again = put({ ...record, status: { ...record.status, attempt: 2 } })
    world.cluster.put('pods', running(aPodOf(again)))
    world.cluster.logs.append(`${RUN_KEY}-2`, 'second\n')
    runner.context.followers.wake(RUN_KEY)
    await untilSent('second\n')
    world.cluster.put('pods', exited(aPodOf(again), 0))
    put(anEndedRecord({}, { status: { attempt: 2 } }))
    await untilComplete()
    expect(textOf(runner.followed)).toBe('first\n[attempt 2]\nsecond\n')
  })

  test('of a run that has ended and lost its pod says so and is over', async () => {
    put(anEndedRecord())
    await follow()
    await untilComplete()
    expect(textOf(runner.followed)).toMatch(/^\[\.\.\. its pod is gone, and its log with it/)
  })

  test('sends whole lines in few batches, none larger than its limit, one after the other', async () => {
    let underWay = 0
    let most = 0
    runner = aRunner(world, {
      send: async () => {
        most = Math.max(most, (underWay += 1))
        await Promise.resolve()
        underWay -= 1
      },
    })
    const text = Array.from({ length: 2_000 }, (_, index) => `größe ${index} ${'"'.repeat(index % 500)}\n`).join('')
    const record = aRunThatWrote(text)
    end(record)
    await follow()
    await untilComplete()
    expect(textOf(runner.followed) === text).toBe(true)
    expect(runner.followed.every(({ text: batch }) => Buffer.byteLength(JSON.stringify(batch)) <= 256 * 1024 + 2 && batch.split('\n').length <= 501)).toBe(true)
    expect(runner.followed.slice(0, -1).every(({ text: batch }) => batch.endsWith('\n'))).toBe(true)
    expect(most).toBe(1)
  })

  test('reads no further while the link takes nothing', async () => {
    const { promise: isTaken, resolve: take } = Promise.withResolvers<void>()
    runner = aRunner(world, { send: async () => isTaken })
    const record = aRunThatWrote('one\n')
    await follow()
    await world.cluster.changes.until(() => world.cluster.logs.open === 1)
    world.cluster.logs.append(POD, 'two\n')
    end(record)
    expect(runner.followed).toEqual([])
    take()
    await untilComplete()
    expect(textOf(runner.followed)).toBe('one\ntwo\n')
  })

  test('takes the place of an earlier one of the same run', async () => {
    const record = aRunThatWrote('one\n')
    await follow()
    await untilSent('one\n')
    await follow()
    await world.cluster.changes.until(() => textOf(runner.followed) === 'one\none\n')
    expect(runner.context.followers.count()).toBe(1)
    end(record)
    await untilComplete()
  })

  test('ends with run/unfollowLogs, and with the connection', async () => {
    aRunThatWrote('one\n')
    for (const stop of [unfollow, async () => Promise.resolve(runner.context.followers.stopAll())]) {
      await follow()
      await world.cluster.changes.until(() => world.cluster.logs.open === 1)
      await stop()
      await untilQuiet()
      expect(runner.context.followers.count()).toBe(0)
    }
    expect(await unfollow()).toMatchObject({ code: 200 })
  })

  test('ends when the link does not take what it sends', async () => {
    runner = aRunner(world, { send: async () => Promise.reject(new Error('there is no link to Collate')) })
    aRunThatWrote('one\n')
    await follow()
    await world.cluster.changes.until(() => world.cluster.logs.open === 1)
    await untilQuiet()
    expect(runner.followed).toEqual([])
  })

  test('is refused for a run that nobody knows, a wrong `after`, and when there are too many', async () => {
    expect(await follow()).toMatchObject({ code: 404 })
    aRunThatWrote('one\n')
    await expect(follow({ after: 'yesterday' })).rejects.toThrow(InvalidRequest)
    const { position } = { position: { attempt: 1, offset: 0, timeNs: 0n, within: 0 } }
    while (runner.context.followers.follow(crypto.randomUUID(), position));
    expect(await follow()).toMatchObject({ code: 503, reason: expect.stringContaining('as many') })
    runner.context.followers.stopAll()
  })
})
