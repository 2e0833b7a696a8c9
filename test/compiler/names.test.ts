import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { CronWorkflow } from '../../compiler/argo/workflow-types.ts'
import { EXECUTORS } from '../../compiler/policy/executor.ts'
import { scheduleConfigMap } from '../../compiler/schedule/schedule-config-map.ts'
import { compile } from '../../compiler/compile.ts'
import { sha256Hex } from '../../compiler/sha256.ts'
import { dnsLabelRule, dnsSubdomainRule, labelValueRule, qualifiedNameRule } from '../../compiler/kubernetes-names.ts'
import { payloadSecret } from '../../compiler/payload.ts'
import { parsePolicy } from '../../compiler/policy.ts'
import { cronName, leaseName, payloadName, podName, recordName, scheduleRecordName } from '../../compiler/names.ts'
import { recordConfigMap } from '../../compiler/record-config-map.ts'
import { withSchedule, goodEnvironment, goodRequest } from './examples/arbitraries.ts'
import { must } from './examples/must.ts'
import { anArgoPolicy, aPolicy, aPolicyOf } from './examples/policy.ts'
import { admittedBy, FACTS, objectOf } from './examples/run.ts'
import { aMetadataRun } from './examples/run-request.ts'
import { aDeploy, scheduleOf } from './examples/schedule.ts'
import { viewOf } from './examples/view.ts'
import type { View } from './examples/view.ts'
import { propertyCases } from '../support/property-cases.ts'

const CASES = propertyCases({ inCi: 10_000, elsewhere: 2_000 })

// Thousands of cases on a busy machine take longer than a test of one.
vi.setConfig({ testTimeout: 60_000 + 20 * CASES.numRuns })

function isLabel(key: string, value: string): boolean {
  return value !== '' && qualifiedNameRule(key) === undefined && labelValueRule(value) === undefined
}

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
        const withLabelName = [recordConfigMap(record), object, later, scheduleConfigMap(schedule.record), schedule.object]
        const objects = [...withLabelName, payloadSecret(payload, record), payloadSecret(schedule.payload, schedule.stored)]
        const namesOf = (all: typeof objects): string[] => all.map(({ metadata }) => metadata?.name ?? '')
        const labelSets = [...objects.map(({ metadata }) => metadata?.labels ?? {}), viewOf(object).labels, viewOf(schedule.object).labels]
        // One look at all that is wrong: ten thousand cases have a million labels.
        const problems = [
          ...namesOf(withLabelName).filter((name) => dnsLabelRule(name) !== undefined),
          ...namesOf(objects).filter((name) => dnsSubdomainRule(name) !== undefined),
          ...labelSets.flatMap((labels) => Object.entries(labels)).filter(([key, value]) => !isLabel(key, value)),
        ]
        expect(problems).toEqual([])
        expect(schedule.object.metadata?.name?.length).toBeLessThanOrEqual(52)
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

describe('the hash of the runner in a name', () => {
  const ID = '5f0c6c0e-0b7d-4f5e-9a52-3c0f8a1d2b11'
  /** Found by trying: their hashes begin with the same 32 bits. */
  const TWINS = ['runner-50953', 'runner-139888'] as const

  test('tells two runners apart that the first 32 bits of their hashes do not', () => {
    const [one, other] = TWINS
    expect(sha256Hex(one).slice(0, 8)).toBe(sha256Hex(other).slice(0, 8))
    expect(recordName(ID, one)).not.toBe(recordName(ID, other))
    expect(cronName(ID, one)).not.toBe(cronName(ID, other))
    expect(scheduleRecordName(ID, one, 'x')).not.toBe(scheduleRecordName(ID, other, 'x'))
  })

  test('takes the room that Kubernetes leaves', () => {
    const record = recordName(ID, 'x')
    expect(record).toHaveLength(53)
    expect(podName(record, 999_999_999)).toHaveLength(63)
    expect(cronName(ID, 'x')).toHaveLength(52)
    expect(scheduleRecordName(ID, 'x', 'y').length).toBeLessThanOrEqual(63)
    expect(dnsSubdomainRule(payloadName(record, sha256Hex('content')))).toBeUndefined()
  })
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

test('a lease belongs to one runner, whatever its id is made of', () => {
  expect(leaseName('one')).not.toBe(leaseName('other'))
  expect(leaseName('büro/1 '.repeat(50))).toMatch(/^leader-[0-9a-f]{12}$/)
})
