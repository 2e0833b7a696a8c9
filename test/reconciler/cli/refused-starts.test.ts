import { beforeEach, describe, expect, test } from 'vitest'
import type { StoredRecord } from '../../../compiler/record.ts'
import { RefusedStarts, refusedStartsOf } from '../../../reconciler/cli/refused-starts.ts'
import { ClusterError } from '../../../reconciler/cluster/cluster-error.ts'
import { aPolicy } from '../../compiler/examples/policy.ts'
import { NOW_MS } from '../../compiler/examples/run.ts'
import { aRecord } from '../../support/a-record.ts'

const QUOTA = 'pods "x" is forbidden: exceeded quota: compute'

let nowMs: number
let tries: number
let verdict: () => ClusterError | undefined
let refused: RefusedStarts

beforeEach(() => {
  nowMs = NOW_MS + 60_000
  tries = 0
  verdict = () => new ClusterError('QuotaExceeded', QUOTA)
  const create = async <T>(_: unknown, object: T): Promise<T> => {
    tries += 1
    const error = verdict()
    return error === undefined ? object : Promise.reject(error)
  }
  refused = new RefusedStarts({ cluster: { create }, policy: aPolicy(), now: () => nowMs })
})

const waiting = (name = 'run-a'): StoredRecord => ({ ...aRecord(), name })

describe('why a run that nothing holds back has no pod', () => {
  test("is told in the API server's words, and asked for no more often than it may have changed", async () => {
    await refused.look([waiting()])
    await refused.look([waiting()])
    expect(refused.of('run-a')).toEqual({ failureClass: 'Unschedulable', message: QUOTA })
    expect(tries).toBe(1)
    nowMs += 16_000
    verdict = () => undefined
    await refused.look([waiting()])
    expect(refused.of('run-a')).toBeUndefined()
    expect(tries).toBe(2)
  })

  test('is not asked for in its first moment, nor of more than twenty at once', async () => {
    const record = waiting()
    nowMs = record.spec.acceptedAtMs + 1_000
    await refused.look([record])
    expect(tries).toBe(0)
    nowMs += 60_000
    await refused.look(Array.from({ length: 50 }, (_, index) => waiting(`run-${index}`)))
    expect(tries).toBe(20)
  })

  test('is not known to an account that may not create pods', async () => {
    verdict = () => new ClusterError('Forbidden', 'cannot create resource "pods"')
    await refused.look([waiting()])
    expect(refused.of('run-a')).toBeUndefined()
  })

  test('is not asked for with the policy of another runner', async () => {
    const other = waiting()
    await refused.look([{ ...other, spec: { ...other.spec, agentId: 'another' } }])
    expect(tries).toBe(0)
  })

  test.each([
    ['a runner of this namespace', { AGENT_ID: 'one', INGESTION_NAMESPACE: 'collate' }, true],
    ['a runner of another namespace', { AGENT_ID: 'one', INGESTION_NAMESPACE: 'other' }, false],
    ['nobody', {}, false],
  ])('is asked for, or not, in the environment of %s', (_, environment, isAsked) => {
    const asker = refusedStartsOf(environment, 'collate', { cluster: { create: async (__, object) => object }, now: () => nowMs })
    expect(asker !== undefined).toBe(isAsked)
  })

  test('is forgotten once it has one', async () => {
    await refused.look([waiting()])
    await refused.look([])
    expect(refused.of('run-a')).toBeUndefined()
  })
})
