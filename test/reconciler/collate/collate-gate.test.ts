import { beforeEach, describe, expect, test } from 'vitest'
import { CollateError, type CollateErrorCode } from '../../../reconciler/collate/collate-api.ts'
import { CollateGate } from '../../../reconciler/collate/collate-gate.ts'

let nowMs: number
let gate: CollateGate
beforeEach(() => {
  nowMs = 0
  gate = new CollateGate({ now: () => nowMs, random: () => 0.5, maxInFlight: 2, maxWaiting: 3 })
})

interface Pending {
  readonly answer: Promise<unknown>
  readonly good: () => Promise<void>
  readonly bad: (code?: CollateErrorCode, retryAfterMs?: number) => Promise<void>
  /** It has been sent. */
  readonly isSent: () => boolean
}

async function settled(): Promise<void> {
  await new Promise(setImmediate)
}

/** A call whose answer comes when the test says so. */
function call(kind: 'read' | 'write' = 'read'): Pending {
  const done = Promise.withResolvers<string>()
  let isSent = false
  const answer = gate.run(kind, async () => {
    isSent = true
    return done.promise
  })
  answer.catch(() => undefined)
  return {
    answer,
    isSent: () => isSent,
    good: async () => (done.resolve('good'), settled()),
    bad: async (code = 'Unavailable', retryAfterMs) => (
      done.reject(new CollateError(code, 'no', retryAfterMs === undefined ? {} : { retryAfterMs })),
      settled()
    ),
  }
}

async function fail(times: number): Promise<void> {
  for (let index = 0; index < times; index += 1) await call().bad()
}

describe('an open gate', () => {
  test('lets so many go at once, then the next when one is over, writes before reads', async () => {
    const [first, second] = [call(), call()]
    const [read, write] = [call('read'), call('write')]
    await settled()
    expect([first, second, read, write].map((one) => one.isSent())).toEqual([true, true, false, false])
    await first.good()
    expect([read.isSent(), write.isSent()]).toEqual([false, true])
    await second.bad('Refused')
    expect(read.isSent()).toBe(true)
    expect(gate.state()).toEqual({ inFlight: 2, waiting: 0, closedForMs: 0 })
    await Promise.all([read.good(), write.good()])
    expect(gate.state().inFlight).toBe(0)
  })

  test('refuses at once what would wait too long', async () => {
    for (let index = 0; index < 5; index += 1) call()
    await expect(call().answer).rejects.toMatchObject({ code: 'Unavailable', message: expect.stringContaining('nothing was sent') })
  })

  test('stays open when failures do not come in a row, and whatever Collate refuses', async () => {
    for (let index = 0; index < 4; index += 1) {
      await fail(4)
      await call().good()
    }
    for (let index = 0; index < 20; index += 1) await call().bad(index % 2 === 0 ? 'Refused' : 'Unauthorized')
    const next = call()
    await settled()
    expect(next.isSent()).toBe(true)
  })
})

describe('a gate that closes', () => {
  test('after five failures in a row fails those that wait, and all that come, without a call', async () => {
    const hung = [call(), call()]
    const waiting = [call(), call()]
    for (const one of hung) await one.bad()
    for (const one of waiting) await one.bad()
    await fail(1)
    expect(gate.state().closedForMs).toBe(1_500)
    const refused = call()
    await expect(refused.answer).rejects.toMatchObject({ code: 'Unavailable', retryAfterMs: 1_500 })
    expect(refused.isSent()).toBe(false)
  })

  test('when Collate asks for it, for as long as it asks, for everybody', async () => {
    const waiting = [call(), call(), call()]
    await settled()
    await waiting[0]?.bad('Unavailable', 7_000)
    await expect(waiting[2]?.answer).rejects.toMatchObject({ retryAfterMs: 7_000 })
    nowMs = 6_999
    const early = call()
    await settled()
    nowMs = 7_000
    const late = call()
    await settled()
    expect([early.isSent(), late.isSent()]).toEqual([false, true])
  })

  test('tries with one call, and opens for all when that is answered', async () => {
    await fail(5)
    nowMs = 1_500
    const tried = call()
    const beside = call()
    await settled()
    expect([tried.isSent(), beside.isSent()]).toEqual([true, false])
    await tried.good()
    const others = [call(), call()]
    await settled()
    expect(others.map((one) => one.isSent())).toEqual([true, true])
  })

  test('stays closed longer each time the try fails, up to a minute', async () => {
    await fail(5)
    const closedForMs: number[] = []
    for (let index = 0; index < 7; index += 1) {
      nowMs += gate.state().closedForMs
      await call().bad()
      closedForMs.push(gate.state().closedForMs)
    }
    expect(closedForMs).toEqual([3_000, 6_000, 12_000, 24_000, 45_000, 45_000, 45_000])
  })

  test('closes once for all that fail together', async () => {
    gate = new CollateGate({ now: () => nowMs, random: () => 0.5 })
    const hung = Array.from({ length: 16 }, () => call())
    for (const one of hung) await one.bad()
    expect(gate.state().closedForMs).toBe(1_500)
  })
})
