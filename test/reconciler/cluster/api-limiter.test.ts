import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ApiLimiter, type ApiLimiterOptions, type CallPriority } from '../../../reconciler/cluster/api-limiter.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Who was let through, when, and what ends each. */
class Gate {
  readonly limiter: ApiLimiter
  readonly passed: { readonly name: string; readonly atMs: number; readonly leave: () => void }[] = []
  readonly refused: unknown[] = []
  readonly #startMs = performance.now()

  constructor(options: Partial<ApiLimiterOptions> = {}) {
    this.limiter = new ApiLimiter({ perSecond: 10, burst: 1, maxInFlight: 1000, now: () => performance.now(), ...options })
  }

  ask(priority: CallPriority, name: string = priority, options: { signal?: AbortSignal; isStream?: boolean } = {}): void {
    void this.limiter.enter(priority, options).then(
      (leave) => this.passed.push({ name, atMs: Math.round(performance.now() - this.#startMs), leave }),
      (error: unknown) => this.refused.push(error),
    )
  }

  names(): string[] {
    return this.passed.map(({ name }) => name)
  }
}

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms)
}

describe('the rate', () => {
  test('is a burst at once, then so many a second', async () => {
    const gate = new Gate({ perSecond: 10, burst: 3 })
    for (let index = 0; index < 6; index += 1) gate.ask('create')
    await pass(0)
    expect(gate.passed).toHaveLength(3)
    await pass(1_000)
    expect(gate.passed.map(({ atMs }) => atMs)).toEqual([0, 0, 0, 100, 200, 300])
  })

  test('never lets more pass than the burst and what time has given, whatever comes', async () => {
    const gate = new Gate({ perSecond: 50, burst: 20 })
    for (let step = 0; step < 40; step += 1) {
      for (let index = 0; index < (step % 7) * 3; index += 1) gate.ask(index % 2 === 0 ? 'create' : 'urgent')
      await pass(37)
      expect(gate.passed.length).toBeLessThanOrEqual(20 + Math.ceil(((step + 1) * 37 * 50) / 1000))
    }
    expect(gate.passed.length).toBeGreaterThan(80)
  })

  test('saves up no more than the burst in a quiet time', async () => {
    const gate = new Gate({ perSecond: 10, burst: 2 })
    await pass(60_000)
    for (let index = 0; index < 5; index += 1) gate.ask('create')
    await pass(0)
    expect(gate.passed).toHaveLength(2)
  })
})

describe('the order', () => {
  test('is by priority, and within one by arrival', async () => {
    const gate = new Gate()
    gate.ask('bulk', 'first')
    await pass(0)
    for (const name of ['l1', 'l2']) gate.ask('bulk', name)
    for (const name of ['c1', 'c2']) gate.ask('create', name)
    for (const name of ['k1', 'k2']) gate.ask('urgent', name)
    await pass(1_000)
    expect(gate.names()).toEqual(['first', 'k1', 'k2', 'c1', 'c2', 'l1', 'l2'])
  })

  test('lets a kill pass at once in the middle of a burst of creates', async () => {
    const gate = new Gate()
    for (let index = 0; index < 500; index += 1) gate.ask('create')
    await pass(1_000)
    gate.ask('urgent', 'kill')
    await pass(100)
    expect(gate.names()).toContain('kill')
  })

  test('starves nobody: one in eight goes to whoever waits longest', async () => {
    const gate = new Gate()
    gate.ask('create', 'first')
    await pass(0)
    gate.ask('bulk', 'list')
    for (let index = 0; index < 100; index += 1) gate.ask('urgent')
    await pass(800)
    expect(gate.names()).toContain('list')
    expect(gate.limiter.state().waiting.urgent).toBeGreaterThan(90)
  })
})

describe('calls in flight', () => {
  test('are bounded, and the next goes when one is over', async () => {
    const gate = new Gate({ perSecond: 1000, burst: 100, maxInFlight: 8 })
    for (let index = 0; index < 20; index += 1) gate.ask('urgent')
    await pass(0)
    expect([gate.passed.length, gate.limiter.state().inFlight]).toEqual([8, 8])
    gate.passed[0]?.leave()
    gate.passed[0]?.leave()
    await pass(0)
    expect(gate.passed).toHaveLength(9)
  })

  test('of the lower priorities leave room for the higher: lists that hang hold up no create, creates that hang hold up no kill', async () => {
    const gate = new Gate({ perSecond: 1000, burst: 200, maxInFlight: 16 })
    for (let index = 0; index < 40; index += 1) gate.ask('bulk')
    await pass(10)
    gate.ask('create', 'a create')
    await pass(10)
    expect(gate.names()).toContain('a create')
    for (let index = 0; index < 40; index += 1) gate.ask('create')
    await pass(10)
    gate.ask('urgent', 'a kill')
    await pass(10)
    expect(gate.names()).toContain('a kill')
  })

  test('do not count streams, which cost a token at their start', async () => {
    const gate = new Gate({ perSecond: 1, burst: 3, maxInFlight: 8 })
    for (let index = 0; index < 3; index += 1) gate.ask('bulk', 'watch', { isStream: true })
    await pass(0)
    expect([gate.passed.length, gate.limiter.state().inFlight]).toEqual([3, 0])
    gate.ask('urgent', 'late')
    await pass(500)
    expect(gate.names()).not.toContain('late')
  })
})

describe('when the API server asks for less', () => {
  test('nobody passes until its time is over, and then at the rate, not in a burst', async () => {
    const gate = new Gate({ perSecond: 10, burst: 100 })
    gate.limiter.pause(3_000)
    for (let index = 0; index < 50; index += 1) gate.ask('urgent')
    await pass(2_999)
    expect(gate.passed).toEqual([])
    await pass(1_001)
    expect(gate.passed.length).toBeGreaterThanOrEqual(9)
    expect(gate.passed.length).toBeLessThanOrEqual(10)
    expect(gate.limiter.state().throttled).toBe(1)
  })

  test('the time it took away is not saved up for those who come after it', async () => {
    const gate = new Gate({ perSecond: 10, burst: 100 })
    gate.limiter.pause(3_000)
    await pass(3_050)
    for (let index = 0; index < 50; index += 1) gate.ask('urgent')
    await pass(0)
    expect(gate.passed).toEqual([])
    await pass(50)
    expect(gate.passed).toHaveLength(1)
  })

  test('the longest of several wishes holds', async () => {
    const gate = new Gate()
    gate.limiter.pause(5_000)
    gate.limiter.pause(1_000)
    gate.ask('urgent')
    await pass(4_999)
    expect(gate.passed).toEqual([])
    expect(gate.limiter.state().pausedForMs).toBe(1)
    await pass(200)
    expect(gate.passed).toHaveLength(1)
  })
})

describe("a caller's time", () => {
  test('that is up takes it out of the queue, and costs the others nothing', async () => {
    const gate = new Gate()
    gate.ask('create', 'first')
    await pass(0)
    const impatient = new AbortController()
    gate.ask('create', 'impatient', { signal: impatient.signal })
    gate.ask('create', 'patient')
    impatient.abort()
    await pass(100)
    expect(gate.names()).toEqual(['first', 'patient'])
    expect(gate.refused).toMatchObject([{ code: 'Throttled', message: expect.stringContaining('nothing was sent') }])
    expect(gate.limiter.state().waiting).toEqual({ urgent: 0, create: 0, bulk: 0 })
  })

  test('that was up before it came is refused at once', async () => {
    const gate = new Gate()
    gate.ask('create', 'late', { signal: AbortSignal.abort() })
    await pass(0)
    expect([gate.passed.length, gate.refused.length, gate.limiter.state().admitted]).toEqual([0, 1, 0])
  })
})

test('the state tells who waits, and how long all have waited', async () => {
  const gate = new Gate()
  for (const priority of ['create', 'create', 'bulk'] as const) gate.ask(priority)
  await pass(0)
  expect(gate.limiter.state()).toMatchObject({ waiting: { urgent: 0, create: 1, bulk: 1 }, admitted: 1, waitedMs: 0 })
  await pass(200)
  expect(gate.limiter.state()).toMatchObject({ waiting: { urgent: 0, create: 0, bulk: 0 }, admitted: 3, waitedMs: 300 })
})
