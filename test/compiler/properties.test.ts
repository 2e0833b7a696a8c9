import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { admitSchedule } from '../../compiler/admit-schedule.ts'
import type { CronWorkflow } from '../../compiler/argo/workflow-types.ts'
import { compileSchedule } from '../../compiler/compile-schedule.ts'
import { EXECUTORS } from '../../compiler/policy/executor.ts'
import { parseSchedule, scheduleConfigMap } from '../../compiler/schedule/schedule-config-map.ts'
import { admit } from '../../compiler/admit.ts'
import { compile } from '../../compiler/compile.ts'
import { formatIssues } from '../../compiler/issue.ts'
import { dnsLabelRule, dnsSubdomainRule, labelValueRule, qualifiedNameRule } from '../../compiler/kubernetes-names.ts'
import { payloadSecret } from '../../compiler/payload.ts'
import { parsePolicy } from '../../compiler/policy.ts'
import type { Policy } from '../../compiler/policy.ts'
import { parseRecord, recordConfigMap } from '../../compiler/record-config-map.ts'
import { toYaml } from '../../compiler/serialize.ts'
import { anyCustomConfig, withSchedule, anyEnvironment, anyJson, damagedRequest, goodEnvironment, goodRequest } from './examples/arbitraries.ts'
import { must } from './examples/must.ts'
import { anArgoPolicy, aPolicy, aPolicyOf, ENVIRONMENT } from './examples/policy.ts'
import { admittedBy, FACTS, NOW_MS, objectOf, stored } from './examples/run.ts'
import { aMetadataRun, DUMMY_TOKEN } from './examples/run-request.ts'
import { aDeploy, scheduleOf, storedSchedule } from './examples/schedule.ts'
import { viewOf } from './examples/view.ts'
import type { View } from './examples/view.ts'
import { propertyCases } from '../support/property-cases.ts'

const CASES = propertyCases({ inCi: 10_000, elsewhere: 2_000 })

// Thousands of cases on a busy machine take longer than a test of one.
vi.setConfig({ testTimeout: 60_000 + 20 * CASES.numRuns })

const POLICY = aPolicy()

/** What becomes of a deploy, all of it: schedule, payload and CronJob or CronWorkflow. */
function scheduleBytesOf(request: unknown, policy: Policy, nowMs = NOW_MS): string {
  const admitted = admitSchedule(request, policy, { ...FACTS, nowMs: NOW_MS })
  if (!admitted.ok) return formatIssues(admitted.error)
  if (admitted.value === null) return 'no schedule'
  const record = storedSchedule(admitted.value.record)
  const compiled = compileSchedule(record, policy, { ...FACTS, nowMs })
  const objects = compiled.ok ? compiled.value.objects : []
  return toYaml([scheduleConfigMap(record), payloadSecret(admitted.value.payload, record), ...objects], { showSecrets: true })
}

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
        // Else an image of another version than the example's server would be refused, by the compiler.
        const result = parsePolicy({ ...environment, INGESTION_DISABLE_VERSION_VALIDATION: 'true' })
        if (result.ok) expect(bytesOf({ ...aMetadataRun(), runner: result.value.policy.agentId }, result.value.policy)).toMatch(/^kind: (Pod|Workflow)$/m)
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
        if (result.ok) expect(bytesOf(aMetadataRun(), result.value.policy)).toMatch(/^kind: (Pod|Workflow)$/m)
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

describe('whatever the names in a request', () => {
  const run = fc.tuple(goodRequest, goodEnvironment, fc.constantFrom(...EXECUTORS)).map(([anyRequest, environment, executor]) => {
    const policy = must(parsePolicy({ ...environment, EXECUTOR_TYPE: executor })).policy
    const request = { ...anyRequest, runner: policy.agentId }
    return {
      ...admittedBy('pipeline/run', request, policy),
      policy,
      object: objectOf('pipeline/run', request, policy),
      schedule: scheduleOf(withSchedule(request), policy),
    }
  })

  test('names and labels are what Kubernetes takes', () => {
    fc.assert(
      fc.property(run, fc.integer({ min: 1, max: 999_999_999 }), ({ payload, stored: record, policy, object, schedule }, attempt) => {
        const later = must(compile({ ...record, status: { ...record.status, attempt } }, policy, FACTS)).objects[0]
        const withLabelName = [recordConfigMap(record), payloadSecret(payload, record), object, later, scheduleConfigMap(schedule.record), schedule.object]
        const objects = [...withLabelName, payloadSecret(schedule.payload, schedule.stored)]
        expect(withLabelName.map(({ metadata }) => dnsLabelRule(metadata?.name ?? ''))).toEqual(withLabelName.map(() => undefined))
        expect(objects.map(({ metadata }) => dnsSubdomainRule(metadata?.name ?? ''))).toEqual(objects.map(() => undefined))
        expect(schedule.object.metadata?.name?.length).toBeLessThanOrEqual(52)
        for (const [key, value] of [...objects.map(({ metadata }) => metadata?.labels ?? {}), viewOf(object).labels, viewOf(schedule.object).labels].flatMap(
          (labels) => Object.entries(labels),
        )) {
          expect([key, qualifiedNameRule(key), labelValueRule(value)]).toEqual([key, undefined, undefined])
          expect(value).not.toBe('')
        }
      }),
      CASES,
    )
  })

  test('Argo finds nothing to put in but the run of a schedule', () => {
    const braces = fc.tuple(goodRequest, fc.array(fc.constantFrom('{', '{{', '}}', '$', '(', 'config', ')', 'x')))
    fc.assert(
      fc.property(braces, ([request, parts]) => {
        const text = parts.join('')
        const policy = anArgoPolicy({ INGESTION_EXTRA_ENVS: JSON.stringify({ ODD: text }) })
        const pipeline = { ...Object(request['ingestionPipeline']), fullyQualifiedName: `n${text}` }
        const odd = { ...request, runner: policy.agentId, ingestionPipeline: pipeline }
        const { spec } = objectOf('pipeline/run', odd, policy)
        expect(JSON.stringify(spec)).not.toContain('{{')
        const { spec: cronSpec } = scheduleOf(withSchedule(odd), policy).object as CronWorkflow
        expect(JSON.stringify(cronSpec.workflowSpec).match(/\{\{.*?\}\}/g)).toEqual(['{{workflow.uid}}', '{{workflow.name}}'])
        expect(expanded(viewOf(objectOf('pipeline/run', odd, policy)), 'ingestionPipelineFQN')).toBe(`n${text}`)
      }),
      CASES,
    )
  })

  test('a record comes back from the cluster as it was written', () => {
    fc.assert(
      fc.property(run, ({ record, stored: back, schedule }) => {
        expect({ name: back.name, spec: back.spec, status: back.status }).toEqual(record)
        expect({ name: schedule.stored.name, spec: schedule.stored.spec, status: schedule.stored.status }).toEqual(schedule.record)
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
    fc.property(key, key, fc.constantFrom(...EXECUTORS), (left, right, executor) => {
      const [a, b] = [left, right].map(({ runId, agentId, attempt }) => {
        const policy = aPolicyOf(executor, { AGENT_ID: agentId })
        const { stored: record } = admittedBy('pipeline/run', { ...aMetadataRun(), runner: agentId, runId }, policy)
        return must(compile({ ...record, status: { ...record.status, attempt } }, policy, FACTS)).objects[0].metadata?.name
      })
      expect(a === b).toBe(JSON.stringify(left) === JSON.stringify(right))
    }),
    { ...CASES, numRuns: Math.min(CASES.numRuns, 500) },
  )
})

test('two pipelines or two runners never share a CronJob, and two contents never a record or a payload', () => {
  const key = fc.record({
    id: fc.constantFrom('1', '2').map((digit) => `0b8e2a6d-6a55-4f0e-8f3a-0d7f6f6a1c0${digit}`),
    agentId: fc.constantFrom('x', 'x1', 'y'),
    scheduleInterval: fc.constantFrom('0 1 * * *', '0 2 * * *'),
  })
  fc.assert(
    fc.property(key, key, (left, right) => {
      const [a, b] = [left, right].map(({ id, agentId, scheduleInterval }) => {
        return scheduleOf({ ...aDeploy({ scheduleInterval }, { id }), runner: agentId }, aPolicy({ AGENT_ID: agentId }))
      })
      expect(a?.object.metadata?.name === b?.object.metadata?.name).toBe(left.id === right.id && left.agentId === right.agentId)
      const isSame = JSON.stringify(left) === JSON.stringify(right)
      expect([a?.record.name === b?.record.name, a?.payload.secretName === b?.payload.secretName]).toEqual([isSame, isSame])
    }),
    { ...CASES, numRuns: Math.min(CASES.numRuns, 500) },
  )
})

/** The value as the kubelet gives it to the container. */
function expanded(view: View, name: string): string {
  const known = new Map<string, string>()
  for (const { name: each, value = '' } of view.container.env ?? []) {
    known.set(
      each,
      value.replaceAll(/\$\$|\$\(([^)]*)\)/g, (whole, reference?: string) => (whole === '$$' ? '$' : (known.get(reference ?? '') ?? whole))),
    )
  }
  return known.get(name) ?? ''
}
