import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { parsePolicy } from '../../compiler/policy.ts'
import { withSchedule, damagedRequest, goodEnvironment, goodRequest } from './examples/arbitraries.ts'
import { must } from './examples/must.ts'
import { aPolicy } from './examples/policy.ts'
import { NOW_MS } from './examples/run.ts'
import { aDeploy, scheduleOf } from './examples/schedule.ts'
import { propertyCases } from '../support/property-cases.ts'
import { bytesOf, scheduleBytesOf } from './examples/bytes.ts'

const CASES = propertyCases({ inCi: 10_000, elsewhere: 2_000 })

// Thousands of cases on a busy machine take longer than a test of one.
vi.setConfig({ testTimeout: 60_000 + 20 * CASES.numRuns })

const POLICY = aPolicy()

/** Freezes a value all through, so that a function that changes its argument throws. */
function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen)
  return value
}

describe('the compiler is pure', () => {
  test('same request and policy, same bytes; and neither is changed', () => {
    fc.assert(
      fc.property(fc.oneof(goodRequest, damagedRequest), goodEnvironment, (anyRequest, environment) => {
        const policy = must(parsePolicy(environment)).policy
        const request = { ...Object(anyRequest), runner: policy.agentId }
        const deploy = withSchedule(request)
        const first = [bytesOf(structuredClone(request), policy), scheduleBytesOf(structuredClone(deploy), policy)]
        const frozenPolicy = frozen(must(parsePolicy(frozen(environment))).policy)
        expect([bytesOf(frozen(request), frozenPolicy), scheduleBytesOf(frozen(deploy), frozenPolicy)]).toEqual(first)
      }),
      CASES,
    )
  })

  test('time changes a schedule only when it said so', () => {
    const times = fc.record({
      startDate: fc.option(fc.integer({ min: -600, max: 600 }).map((seconds) => NOW_MS + seconds * 1000)),
      endDate: fc.option(fc.integer({ min: -600, max: 900 }).map((seconds) => NOW_MS + seconds * 1000)),
      scheduleInterval: fc.constantFrom('* * * * *', '0 2 * * *', '@daily', '@every 5m'),
    })
    const instant = fc.integer({ min: 0, max: 1000 }).map((seconds) => NOW_MS + seconds * 1000)
    fc.assert(
      fc.property(times, instant, instant, (airflowConfig, one, other) => {
        const [earlier = one, later = other] = [one, other].toSorted((left, right) => left - right)
        const before = scheduleOf(aDeploy(airflowConfig), POLICY, earlier)
        const after = scheduleOf(aDeploy(airflowConfig), POLICY, later)
        if (before.changesAtMs === null || later < before.changesAtMs) expect(after.object).toEqual(before.object)
        else expect(before.changesAtMs).toBeGreaterThan(earlier)
      }),
      CASES,
    )
  })
})
