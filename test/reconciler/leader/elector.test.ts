import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { LEASE_NAME, type Passage, Replica, SMOOTH } from '../../support/a-replica.ts'
import { FakeCluster } from '../../support/fake-cluster.ts'
import { propertyCases } from '../../support/property-cases.ts'
import { VirtualTime } from '../../support/virtual-time.ts'

let cluster: FakeCluster
let time: VirtualTime
beforeEach(() => {
  time = new VirtualTime()
  cluster = new FakeCluster(time.now)
})

function started(identity: string, offsetMs = 0): Replica {
  const replica = new Replica(cluster, time, identity, offsetMs)
  replica.elector.start()
  replica.elector.compete()
  return replica
}

const spec = () => cluster.find('leases', LEASE_NAME)?.spec

describe('the lease', () => {
  test('is taken at once by the first, with the fields that Kubernetes knows', async () => {
    const first = started('pod-1_uid')
    await time.pass(100)
    expect(first.story).toEqual(['leads'])
    expect(spec()).toMatchObject({ holderIdentity: 'pod-1_uid', leaseDurationSeconds: 6, leaseTransitions: 0 })
    expect([spec()?.acquireTime, spec()?.renewTime]).toEqual([
      expect.stringMatching(/^2027-01-15T08:00:00\.\d{6}Z$/),
      expect.stringMatching(/^2027-01-15T08:00:00\.\d{6}Z$/),
    ])
  })

  test('is renewed every three seconds, and keeps the moment it was taken', async () => {
    started('a')
    await time.pass(100)
    const { acquireTime } = spec() ?? {}
    cluster.calls.length = 0
    await time.pass(30_000)
    expect(cluster.calls).toEqual(Array.from({ length: 10 }, () => 'mergePatch leases'))
    expect(spec()?.acquireTime).toEqual(acquireTime)
    expect(spec()?.renewTime).not.toEqual(acquireTime)
  })

  test('is only looked at by those who wait', async () => {
    started('a')
    await time.pass(100)
    const second = started('b')
    await time.pass(5_000)
    cluster.calls.length = 0
    await time.pass(20_000)
    expect(second.story).toEqual([])
    expect(cluster.calls.filter((call) => call !== 'read leases' && call !== 'mergePatch leases')).toEqual([])
    expect(cluster.calls.filter((call) => call === 'mergePatch leases').length).toBeLessThanOrEqual(7)
  })

  test('of a holder that dies is taken seven seconds later at most, and counts one more change of holders', async () => {
    const first = started('a')
    await time.pass(100)
    const second = started('b')
    await time.pass(20_000)
    first.freeze(1e9)
    await time.pass(7_050)
    expect(second.story).toEqual(['leads'])
    expect(spec()).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 })
  })

  test('is not taken before somebody says that it may be, and then without the wait that has gone by', async () => {
    const first = started('a')
    await time.pass(100)
    const second = new Replica(cluster, time, 'b')
    second.elector.start()
    await time.pass(10)
    first.freeze(1e9)
    await time.pass(20_000)
    expect(second.story).toEqual([])
    second.elector.compete()
    await time.pass(50)
    expect(second.story).toEqual(['leads'])
  })

  test('on which a process finds its own name is its own at once', async () => {
    const first = started('pod-1_uid')
    await time.pass(100)
    first.freeze(1e9)
    const again = started('pod-1_uid')
    await time.pass(50)
    expect(again.story).toEqual(['leads'])
    expect(spec()).toMatchObject({ leaseTransitions: 0 })
  })

  test('is given back by a holder that stops, once its work is done, and the next one need not wait', async () => {
    const first = started('a')
    const second = started('b')
    await time.pass(5_000)
    first.drainMs = 8_000
    const stopped = first.elector.stop('SIGTERM')
    await time.pass(7_900)
    expect(first.story).toEqual(['leads'])
    expect([first.elector.isLeading(), second.story]).toEqual([true, []])
    await time.pass(1_200)
    await stopped
    expect(first.story).toEqual(['leads', 'ends: SIGTERM'])
    expect(second.story).toEqual(['leads'])
    expect(first.elector.isLeading()).toBe(false)
  })

  test('given back names no holder', async () => {
    const only = started('a')
    await time.pass(100)
    const stopped = only.elector.stop('SIGTERM')
    await time.pass(100)
    await stopped
    expect(spec()?.holderIdentity).toBeUndefined()
  })

  test('that somebody deletes is made anew by its holder, and by nobody else before it would have run out', async () => {
    const first = started('a')
    await time.pass(100)
    const second = started('b')
    await time.pass(4_000)
    await cluster.delete('leases', LEASE_NAME, { uid: cluster.find('leases', LEASE_NAME)?.metadata?.uid ?? '' })
    await time.pass(10_000)
    expect(second.story).toEqual([])
    expect(first.story).toEqual(['leads', 'ends: the lease is not as this process left it', 'leads'])
  })

  test('that somebody edits stays with its holder', async () => {
    const first = started('a')
    await time.pass(100)
    await cluster.mergePatch('leases', LEASE_NAME, { metadata: { annotations: { by: 'hand' } } } as object)
    await time.pass(20_000)
    expect(first.story).toEqual(['leads'])
    expect(first.elector.isLeading()).toBe(true)
  })
})

describe('a lease that names somebody else for an hour', () => {
  const spec3600 = { holderIdentity: 'somebody-else', leaseDurationSeconds: 3_600 }

  test('and is never renewed is taken after a minute', async () => {
    await cluster.create('leases', { metadata: { name: LEASE_NAME }, spec: spec3600 })
    const only = started('a')
    await time.pass(59_000)
    expect(only.story).toEqual([])
    await time.pass(1_500)
    expect(only.story).toEqual(['leads'])
  })

  test('by an edit, and is then deleted, keeps the only process from leading for a minute at most, and the log says why', async () => {
    const only = started('a')
    await time.pass(100)
    await cluster.mergePatch('leases', LEASE_NAME, { spec: spec3600 } as object)
    await time.pass(10_000)
    await cluster.delete('leases', LEASE_NAME, { uid: cluster.find('leases', LEASE_NAME)?.metadata?.uid ?? '' })
    await time.pass(40_000)
    expect(only.story).toEqual(['leads', 'ends: the lease is not as this process left it'])
    const waits = { holder: 'somebody-else', runsOutAt: expect.stringMatching(/^2027-01-15T08:01:0/) }
    expect(only.told.slice(1)).toMatchObject([
      { ...waits, message: expect.stringContaining('another process holds the lease') },
      { ...waits, message: expect.stringContaining('was deleted') },
    ])
    await time.pass(14_000)
    expect(only.story.at(-1)).toBe('leads')
  })

  test('and is renewed stays with its holder', async () => {
    await cluster.create('leases', { metadata: { name: LEASE_NAME }, spec: spec3600 })
    const second = started('b')
    for (let times = 0; times < 5; times += 1) {
      await time.pass(50_000)
      await cluster.mergePatch('leases', LEASE_NAME, { spec: { ...spec3600, leaseTransitions: times } } as object)
    }
    expect([second.story, second.told]).toEqual([[], [expect.objectContaining({ holder: 'somebody-else' })]])
  })
})

test('a standby says once whom it waits for, not at each renewal', async () => {
  started('a')
  await time.pass(100)
  const second = started('b')
  await time.pass(30_000)
  expect(second.told).toEqual([expect.objectContaining({ holder: 'a', lease: LEASE_NAME })])
})

describe('a holder', () => {
  test('that is cut off stops before anybody else may lead, and leads again when it is back', async () => {
    const only = started('a')
    await time.pass(100)
    only.cutOff(20_000)
    await time.pass(6_000)
    expect(only.story).toEqual(['leads', 'ends: the lease could not be renewed in time'])
    await time.pass(20_000)
    expect(only.story).toEqual(['leads', 'ends: the lease could not be renewed in time', 'leads'])
  })

  test('that wakes up after a freeze does not pass the fence when another leads', async () => {
    const first = started('a')
    await time.pass(100)
    started('b')
    await time.pass(100)
    first.freeze(30_000)
    await time.pass(29_000)
    const write = first.elector.ensureHeld(3_000)
    await expect(Promise.all([write, time.pass(5_000)])).rejects.toThrow('this process does not lead now')
    expect(first.story).toEqual(['leads', expect.stringMatching(/^ends: /)])
  })

  test('renews early for a write that takes longer than the lease is sure', async () => {
    const only = started('a')
    await time.pass(100)
    await time.pass(2_900)
    cluster.calls.length = 0
    const write = only.elector.ensureHeld(3_000)
    await time.pass(20)
    await write
    expect(cluster.calls).toEqual(['mergePatch leases'])
    await only.elector.ensureHeld(5_400)
    await Promise.all([expect(only.elector.ensureHeld(6_000)).rejects.toMatchObject({ code: 'Unavailable' }), time.pass(20)])
  })
})

/** What befalls the replicas, and when. */
interface Blow {
  readonly afterMs: number
  readonly whom: number
  readonly what: 'freeze' | 'cutOff' | 'wallJump' | 'restart' | 'stop'
  readonly forMs: number
}

const anyPassage: fc.Arbitrary<Passage> = fc.record({
  thereMs: fc.oneof({ weight: 4, arbitrary: fc.nat(50) }, fc.nat(4_000)),
  backMs: fc.oneof({ weight: 4, arbitrary: fc.nat(50) }, fc.nat(4_000)),
  isAnswerLost: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
})
const anyBlow: fc.Arbitrary<Blow> = fc.record({
  afterMs: fc.nat(8_000),
  whom: fc.nat(1),
  what: fc.constantFrom('freeze', 'cutOff', 'wallJump', 'restart', 'stop'),
  forMs: fc.nat(15_000),
})

/** Two replicas under these blows, after which one must lead; gives the moments at which both were sure to. */
async function momentsOfTwoLeaders(passages: readonly Passage[], blows: readonly Blow[]): Promise<number[]> {
  time = new VirtualTime()
  cluster = new FakeCluster(time.now)
  let calls = 0
  const all: Replica[] = []
  const start = (name: string): Replica => {
    const replica = started(`${name}-${all.length}`, all.length * 1e6)
    replica.passage = () => passages[calls++ % passages.length] ?? { thereMs: 0, backMs: 0, isAnswerLost: false }
    all.push(replica)
    return replica
  }
  const now = [start('a'), start('b')]
  const moments: number[] = []
  const look = (): void => {
    if (all.filter(({ elector }) => elector.isLeading()).length > 1) moments.push(time.now())
  }
  for (const blow of blows) {
    await time.pass(blow.afterMs, look)
    strike(blow, now, start)
  }
  for (const replica of now) replica.passage = () => SMOOTH
  await time.pass(40_000, look)
  expect(now.map(({ elector }) => elector.isLeading()).toSorted()).toEqual([false, true])
  return moments
}

function strike({ whom, what, forMs }: Blow, now: Replica[], start: (name: string) => Replica): void {
  const replica = now[whom]
  if (replica === undefined) return
  if (what === 'wallJump') replica.wallSkewMs += forMs * 1_000 - 5_000_000
  else if (what === 'stop') void replica.elector.stop('SIGTERM')
  else if (what === 'restart') replica.freeze(1e9)
  else replica[what](forMs)
  if (what === 'stop' || what === 'restart') now[whom] = start(String(whom))
}

test('whatever befalls two replicas, both are never sure to lead at one moment, and in the end one is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyPassage, { minLength: 1, maxLength: 40 }), fc.array(anyBlow, { maxLength: 10 }), async (passages, blows) => {
      expect(await momentsOfTwoLeaders(passages, blows)).toEqual([])
    }),
    propertyCases({ inCi: 500, elsewhere: 100 }),
  )
}, 120_000)
