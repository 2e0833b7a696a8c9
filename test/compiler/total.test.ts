import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { admitSchedule } from '../../compiler/admit-schedule.ts'
import { EXECUTORS } from '../../compiler/policy/executor.ts'
import { parseSchedule } from '../../compiler/schedule/schedule-config-map.ts'
import { admit } from '../../compiler/admit.ts'
import { formatIssues } from '../../compiler/issue.ts'
import { parsePolicy } from '../../compiler/policy.ts'
import { parseRecord } from '../../compiler/record-config-map.ts'
import { anyCustomConfig, anyEnvironment, anyJson, damagedRequest } from './examples/arbitraries.ts'
import { aPolicy, ENVIRONMENT } from './examples/policy.ts'
import { NOW_MS } from './examples/run.ts'
import { aMetadataRun, DUMMY_TOKEN } from './examples/run-request.ts'
import { propertyCases } from '../support/property-cases.ts'
import { bytesOf } from './examples/bytes.ts'

const CASES = propertyCases({ inCi: 10_000, elsewhere: 2_000 })

// Thousands of cases on a busy machine take longer than a test of one.
vi.setConfig({ testTimeout: 60_000 + 20 * CASES.numRuns })

const POLICY = aPolicy()

describe('the compiler is total', () => {
  test('admit answers any JSON with issues', () => {
    fc.assert(
      fc.property(anyJson, (input) => {
        const result = admit(input, POLICY, { nowMs: NOW_MS })
        expect(result.ok).toBe(false)
        expect(result.ok ? 0 : result.error.length).toBeGreaterThan(0)
      }),
      CASES,
    )
  })

  test('admit answers a damaged request with a run or with issues, and never tells the token', () => {
    let refused = 0
    fc.assert(
      fc.property(damagedRequest, (request) => {
        const result = admit(request, POLICY, { nowMs: NOW_MS })
        if (result.ok) return
        refused += 1
        expect(result.error.length).toBeGreaterThan(0)
        expect(formatIssues(result.error)).not.toContain(DUMMY_TOKEN)
      }),
      CASES,
    )
    expect(refused).toBeGreaterThan(0)
    expect(refused).toBeLessThan(CASES.numRuns)
  })

  test('parsePolicy answers any environment', () => {
    let refused = 0
    fc.assert(
      fc.property(anyEnvironment, (environment) => {
        // Else an image of another version than the example's server would be refused, by the compiler.
        const result = parsePolicy({ ...environment, INGESTION_DISABLE_VERSION_VALIDATION: 'true' })
        if (result.ok) expect(bytesOf({ ...aMetadataRun(), runner: result.value.policy.agentId }, result.value.policy)).toMatch(/"kind":"(Pod|Workflow)"/)
        else expect(result.error.length).toBeGreaterThan(0)
        if (!result.ok) refused += 1
      }),
      CASES,
    )
    expect(refused).toBeGreaterThan(0)
    expect(refused).toBeLessThan(CASES.numRuns)
  })

  test('parsePolicy answers any custom fields, and what it takes compiles', () => {
    const verdicts = { taken: 0, refused: 0 }
    fc.assert(
      fc.property(fc.constantFrom(...EXECUTORS), anyCustomConfig, (executor, files) => {
        const result = parsePolicy({ ...ENVIRONMENT, EXECUTOR_TYPE: executor }, files)
        verdicts[result.ok ? 'taken' : 'refused'] += 1
        if (result.ok) expect(bytesOf(aMetadataRun(), result.value.policy)).toMatch(/"kind":"(Pod|Workflow)"/)
        else expect(result.error.length).toBeGreaterThan(0)
      }),
      CASES,
    )
    expect(verdicts.taken).toBeGreaterThan(0)
    expect(verdicts.refused).toBeGreaterThan(0)
  })

  test('admitSchedule answers any JSON and any damaged deploy, and never tells the token', () => {
    let refused = 0
    fc.assert(
      fc.property(fc.oneof(anyJson, damagedRequest), (input) => {
        const result = admitSchedule(input, POLICY, { nowMs: NOW_MS })
        if (result.ok) return
        refused += 1
        expect(result.error.length).toBeGreaterThan(0)
        expect(formatIssues(result.error)).not.toContain(DUMMY_TOKEN)
      }),
      CASES,
    )
    expect(refused).toBeGreaterThan(0)
    expect(refused).toBeLessThan(CASES.numRuns)
  })

  test('parseRecord answers any JSON, and any data in the shape of a record', () => {
    const data = fc.dictionary(
      fc.constantFrom('schemaVersion', 'spec', 'status', 'phase', 'attempt', 'kill', 'end'),
      fc.oneof(fc.json(), fc.constantFrom('1', 'Queued', '{}')),
    )
    const metadata = { name: 'n', uid: 'u', resourceVersion: '1' }
    fc.assert(
      fc.property(
        fc.oneof(
          anyJson,
          data.map((entries) => ({ metadata, data: entries })),
        ),
        (input) => {
          expect(typeof parseRecord(input).ok).toBe('boolean')
          expect(typeof parseSchedule(input).ok).toBe('boolean')
        },
      ),
      CASES,
    )
  })
})
