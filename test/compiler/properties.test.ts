import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { admit } from '../../compiler/admit.ts'
import { compile } from '../../compiler/compile.ts'
import { formatIssues } from '../../compiler/issue.ts'
import { dnsLabelRule, labelValueRule, qualifiedNameRule } from '../../compiler/kubernetes-names.ts'
import { payloadSecret } from '../../compiler/payload.ts'
import { parsePolicy } from '../../compiler/policy.ts'
import type { Policy } from '../../compiler/policy.ts'
import { parseRecord, recordConfigMap } from '../../compiler/record-config-map.ts'
import { toYaml } from '../../compiler/serialize.ts'
import { anyEnvironment, anyJson, damagedRequest, goodEnvironment, goodRequest } from './examples/arbitraries.ts'
import { must } from './examples/must.ts'
import { aPolicy } from './examples/policy.ts'
import { FACTS, NOW_MS, runOf, stored } from './examples/run.ts'
import { aMetadataRun, DUMMY_TOKEN } from './examples/run-request.ts'

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const CASES = { numRuns: Number(process.env['FC_RUNS'] ?? 2000), seed }
console.info(`property tests: FC_SEED=${seed} FC_RUNS=${CASES.numRuns} repeats them`)

// Thousands of cases on a busy machine take longer than a test of one.
vi.setConfig({ testTimeout: 60_000 + 20 * CASES.numRuns })

const POLICY = aPolicy()

function bytesOf(request: unknown, policy: Policy): string {
  const admitted = admit(request, policy, { ...FACTS, nowMs: NOW_MS })
  if (!admitted.ok) return formatIssues(admitted.error)
  const record = stored(admitted.value.record)
  const compiled = compile(record, policy, FACTS)
  const objects = compiled.ok ? compiled.value.objects : []
  return toYaml([recordConfigMap(record), payloadSecret(admitted.value.payload, record), ...objects], { showSecrets: true })
}

/** Freezes a value all through, so that a function that changes its argument throws. */
function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen)
  return value
}

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
        const result = parsePolicy(environment)
        if (result.ok) expect(runOf({ ...aMetadataRun(), runner: result.value.policy.agentId }, result.value.policy).pod.kind).toBe('Pod')
        else expect(result.error.length).toBeGreaterThan(0)
        if (!result.ok) refused += 1
      }),
      CASES,
    )
    expect(refused).toBeGreaterThan(0)
    expect(refused).toBeLessThan(CASES.numRuns)
  })

  test('parseRecord answers any JSON, and any data in the shape of a record', () => {
    const data = fc.dictionary(
      fc.constantFrom('schemaVersion', 'spec', 'phase', 'attempt', 'kill', 'end'),
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
        },
      ),
      CASES,
    )
  })
})

describe('the compiler is pure', () => {
  test('same request and policy, same bytes; and neither is changed', () => {
    fc.assert(
      fc.property(fc.oneof(goodRequest, damagedRequest), goodEnvironment, (anyRequest, environment) => {
        const policy = must(parsePolicy(environment)).policy
        const request = { ...Object(anyRequest), runner: policy.agentId }
        const first = bytesOf(structuredClone(request), policy)
        expect(bytesOf(frozen(request), frozen(must(parsePolicy(frozen(environment))).policy))).toBe(first)
      }),
      CASES,
    )
  })
})

describe('whatever the names in a request', () => {
  const run = fc.tuple(goodRequest, goodEnvironment).map(([request, environment]) => {
    const policy = must(parsePolicy(environment)).policy
    return runOf({ ...request, runner: policy.agentId }, policy)
  })

  test('names and labels are what Kubernetes takes', () => {
    fc.assert(
      fc.property(run, fc.integer({ min: 1, max: 999_999_999 }), ({ payload, stored: record, pod }, attempt) => {
        const later = must(compile({ ...record, status: { ...record.status, attempt } }, POLICY, FACTS)).objects[0]
        const objects = [recordConfigMap(record), payloadSecret(payload, record), pod, later]
        expect(objects.map(({ metadata }) => dnsLabelRule(metadata?.name ?? ''))).toEqual(objects.map(() => undefined))
        for (const [key, value] of objects.flatMap(({ metadata }) => Object.entries(metadata?.labels ?? {}))) {
          expect([key, qualifiedNameRule(key), labelValueRule(value)]).toEqual([key, undefined, undefined])
          expect(value).not.toBe('')
        }
      }),
      CASES,
    )
  })

  test('a record comes back from the cluster as it was written', () => {
    fc.assert(
      fc.property(run, ({ record, stored: back }) => {
        expect({ name: back.name, spec: back.spec, status: back.status }).toEqual(record)
      }),
      CASES,
    )
  })
})

test('two runs, two runners or two attempts never share a name', () => {
  const key = fc.record({
    runId: fc.constantFrom('a', 'b').map((digit) => `5f0c6c0e-0b7d-4f5e-9a52-3c0f8a1d2b1${digit}`),
    agentId: fc.constantFrom('x', 'x1', 'y'),
    attempt: fc.constantFrom(1, 2, 12),
  })
  fc.assert(
    fc.property(key, key, (left, right) => {
      const [a, b] = [left, right].map(({ runId, agentId, attempt }) => {
        const policy = aPolicy({ AGENT_ID: agentId })
        const { stored: record } = runOf({ ...aMetadataRun(), runner: agentId, runId }, policy)
        return must(compile({ ...record, status: { ...record.status, attempt } }, policy, FACTS)).objects[0].metadata?.name
      })
      expect(a === b).toBe(JSON.stringify(left) === JSON.stringify(right))
    }),
    { ...CASES, numRuns: Math.min(CASES.numRuns, 500) },
  )
})
