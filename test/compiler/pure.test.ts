import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
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

  test.each(['America/New_York', 'Asia/Kolkata'])('a process in %s makes the same bytes as one in UTC', (zone) => {
    const bytesIn = (timeZone: string) => {
      const program = fileURLToPath(new URL('examples/print-zoned-schedules.ts', import.meta.url))
      return execFileSync(process.execPath, [program], { encoding: 'utf8', env: { ...process.env, TZ: timeZone } })
    }
    const [first = '', ...rest] = bytesIn(zone).split('\n')
    // The zone did take hold of the process.
    expect(JSON.parse(first)).not.toBe(0)
    const [utc = '', ...utcRest] = bytesIn('UTC').split('\n')
    expect(JSON.parse(utc)).toBe(0)
    expect(rest).toEqual(utcRest)
    expect(rest.filter((line) => line.includes('CronJob')).length).toBeGreaterThan(3)
  })

  test('time changes a schedule only when it said so', () => {
    const anyTimes = fc.record({
      startDate: fc.option(fc.integer({ min: -600, max: 600 }).map((seconds) => NOW_MS + seconds * 1000)),
      endDate: fc.option(fc.integer({ min: -600, max: 900 }).map((seconds) => NOW_MS + seconds * 1000)),
      scheduleInterval: fc.constantFrom('* * * * *', '0 2 * * *', '@daily', '@every 5m'),
    })
    const times = anyTimes.filter(({ startDate, endDate }) => startDate === null || endDate === null || startDate < endDate)
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
