import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { ADMIT_BY_METHOD } from '../../compiler/admit.ts'
import type { RunMethod } from '../../compiler/admit.ts'
import { compile } from '../../compiler/compile.ts'
import { formatIssues } from '../../compiler/issue.ts'
import { payloadSecret } from '../../compiler/payload.ts'
import { recordConfigMap } from '../../compiler/record-config-map.ts'
import { toYaml } from '../../compiler/serialize.ts'
import { anyJson, damaged } from './examples/arbitraries.ts'
import { EVERY_REQUEST } from './examples/every-request.ts'
import { must } from './examples/must.ts'
import { DUMMY_PASSWORD } from './examples/pipeline-runs.ts'
import { aPolicy } from './examples/policy.ts'
import { FACTS, NOW_MS, stored } from './examples/run.ts'
import { DUMMY_TOKEN } from './examples/run-request.ts'
import { propertyCases } from '../support/property-cases.ts'

const CASES = propertyCases({ inCi: 10_000, elsewhere: 2_000 })

// Thousands of cases on a busy machine take longer than a test of one.
vi.setConfig({ testTimeout: 60_000 + 20 * CASES.numRuns })

const POLICY = aPolicy()
const METHODS = Object.keys(ADMIT_BY_METHOD) as RunMethod[]

const admitted = (method: RunMethod, params: unknown) => ADMIT_BY_METHOD[method](params, POLICY, { ...FACTS, nowMs: NOW_MS })

/** All that is written for a request, but the payload's data. */
function visibleObjects(method: RunMethod, params: unknown): string {
  const { record, payload } = must(admitted(method, params))
  const back = stored(record)
  return toYaml([recordConfigMap(back), payloadSecret(payload, back), ...must(compile(back, POLICY, FACTS)).objects])
}

const damagedRequests = fc.constantFrom(...EVERY_REQUEST).chain(({ method, params }) => damaged(params).map((request) => ({ method, request })))

describe('whatever the method, admit', () => {
  test('answers any JSON with issues', () => {
    fc.assert(
      fc.property(fc.constantFrom(...METHODS), anyJson, (method, input) => {
        const result = admitted(method, input)
        expect(result.ok ? [] : result.error).not.toEqual([])
      }),
      CASES,
    )
  })

  test('answers a damaged request with a run or with issues that tell each path once and no secret', () => {
    const refusedMethods = new Set<RunMethod>()
    let taken = 0
    fc.assert(
      fc.property(damagedRequests, ({ method, request }) => {
        const result = admitted(method, request)
        if (result.ok) return void (taken += 1)
        refusedMethods.add(method)
        const lines = result.error.map(({ code, path, message }) => `${code} ${path} ${message}`)
        expect(new Set(lines).size).toBe(lines.length)
        expect(lines.join('\n')).not.toContain(DUMMY_TOKEN)
        expect(lines.join('\n')).not.toContain(DUMMY_PASSWORD)
      }),
      CASES,
    )
    expect([...refusedMethods].toSorted()).toEqual(METHODS.toSorted())
    expect(taken).toBeGreaterThan(0)
  })

  test('tells no secret in an issue, wherever in the request it was put by mistake', () => {
    const secret = 'hunter2-in-the-wrong-place'
    const values = fc.constantFrom<unknown>(secret, [secret], { [`a`]: secret }, `${secret}\u0000`, secret.repeat(300))
    const misplaced = fc.constantFrom(...EVERY_REQUEST).chain(({ method, params }) => damaged(params, values).map((request) => ({ method, request })))
    let refused = 0
    fc.assert(
      fc.property(misplaced, ({ method, request }) => {
        const result = admitted(method, request)
        if (result.ok) return
        refused += 1
        expect(formatIssues(result.error)).not.toContain(secret)
      }),
      CASES,
    )
    expect(refused).toBeGreaterThan(0)
  })

  test('gives the same bytes for the same request, in whatever order its fields came', () => {
    fc.assert(
      fc.property(damagedRequests, ({ method, request }) => {
        const [first, second] = [admitted(method, request), admitted(method, reversed(structuredClone(request)))]
        expect(second.ok).toBe(first.ok)
        if (first.ok) expect(second).toEqual(first)
      }),
      CASES,
    )
  })
})

describe('of a request of every kind', () => {
  test.each(EVERY_REQUEST)('no secret stands in an object but the payload: $name', ({ method, params }) => {
    const objects = visibleObjects(method, params)
    expect(JSON.stringify(params)).toContain(DUMMY_TOKEN)
    expect(objects).not.toContain(DUMMY_TOKEN)
    expect(objects).not.toContain(DUMMY_PASSWORD)
    expect(objects).not.toContain(Buffer.from(DUMMY_TOKEN).toString('base64').slice(0, 16))
  })

  test.each(EVERY_REQUEST)('the record comes back from the cluster as it was written: $name', ({ method, params }) => {
    const { record } = must(admitted(method, params))
    const { name, spec, status } = stored(record)
    expect({ name, spec, status }).toEqual(record)
  })

  test.each(EVERY_REQUEST)('a repeat is known by its digest, also with a fresh token and another deadline: $name', ({ method, params }) => {
    const rotated = JSON.parse(JSON.stringify(params).replaceAll(DUMMY_TOKEN, 'another-token'))
    const [first, repeat] = [must(admitted(method, params)), must(admitted(method, { ...rotated, notAfter: NOW_MS + 1 }))]
    expect(repeat.record.name).toBe(first.record.name)
    expect(repeat.record.spec.requestDigest).toBe(first.record.spec.requestDigest)
    expect(repeat.payload.secretName).not.toBe(first.payload.secretName)
  })

  test('no two have the same digest', () => {
    const digests = EVERY_REQUEST.map(({ method, params }) => must(admitted(method, params)).record.spec.requestDigest)
    expect(new Set(digests).size).toBe(EVERY_REQUEST.length)
  })
})

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, child]) => [key, reversed(child)]),
  )
}
