import { beforeAll, describe, expect, test } from 'vitest'
import { ADMIT_BY_METHOD } from '../../compiler/admit.ts'
import type { Admitted, RunMethod } from '../../compiler/admit.ts'
import { APPLICATION_ALONE, APPLICATION_WITH_PIPELINE } from '../compiler/examples/application-requests.ts'
import { AUTOMATIONS } from '../compiler/examples/automation-requests.ts'
import { RUN_EXAMPLES } from '../compiler/examples/gallery.ts'
import { must } from '../compiler/examples/must.ts'
import { BUILT_RUNS, PIPELINE_RUNS } from '../compiler/examples/pipeline-runs.ts'
import { aPolicy } from '../compiler/examples/policy.ts'
import { FACTS, NOW_MS } from '../compiler/examples/run.ts'
import { aMetadataRun } from '../compiler/examples/run-request.ts'
import { askOpenMetadata } from './openmetadata.ts'

function payloadOf(method: RunMethod, request: unknown, policy = aPolicy()): Admitted {
  return must(ADMIT_BY_METHOD[method](request, policy, { ...FACTS, nowMs: NOW_MS }))
}

const FROM_GALLERY = RUN_EXAMPLES.map(
  ({ file, method, request, policy, facts }) => [`gallery: ${file}`, must(ADMIT_BY_METHOD[method](request, policy, { ...facts, nowMs: NOW_MS }))] as const,
)

/** Every payload there is an example of, by name. */
const PAYLOADS = new Map<string, Admitted>([
  ...FROM_GALLERY,
  ...Object.entries(PIPELINE_RUNS).map(([name, request]) => [`pipeline: ${name}`, payloadOf('pipeline/run', request)] as const),
  ...Object.entries(AUTOMATIONS).map(([name, request]) => [`automation: ${name}`, payloadOf('automation/run', request)] as const),
  ['application: alone', payloadOf('application/run', APPLICATION_ALONE)],
  ['application: with its pipeline', payloadOf('application/run', APPLICATION_WITH_PIPELINE)],
  ['version check off', payloadOf('pipeline/run', aMetadataRun(), aPolicy({ INGESTION_DISABLE_VERSION_VALIDATION: 'true' }))],
])

interface Answer {
  readonly config?: unknown
  readonly serviceType?: string | null
  readonly error?: string
}

const answers = new Map<string, Answer>()

/** The payload as the program is given it: where the runner's container has put values in the place of references, with values. */
function contentOf({ record, payload }: Admitted): string {
  return record.spec.payload.secrets === 'toResolve' ? payload.content.replaceAll('"secret:', '"the value of ') : payload.content
}

function questionOf({ record, payload }: Admitted, content = contentOf({ record, payload })) {
  return { kind: record.spec.kind, pipelineType: record.spec.pipeline.type, runId: record.spec.runId, payload: content }
}

/** A payload with a field that no version knows. */
function damaged(admitted: Admitted) {
  return questionOf(admitted, JSON.stringify({ ...JSON.parse(admitted.payload.content), noSuchField: 1 }))
}

beforeAll(async () => {
  const names = [...PAYLOADS.keys()]
  const good = [...PAYLOADS.values()].map((admitted) => questionOf(admitted))
  const bad = [...PAYLOADS.values()].map(damaged)
  const list = (await askOpenMetadata('parsers.py', [...good, ...bad])) as readonly Answer[]
  names.forEach((name, index) => {
    answers.set(name, list[index] ?? {})
    answers.set(`damaged ${name}`, list[index + names.length] ?? {})
  })
})

describe("OpenMetadata's own parser", () => {
  test.each([...PAYLOADS.keys()])('takes the payload and reads in it what we wrote: %s', (name) => {
    const answer = answers.get(name)
    expect(answer?.error).toBeUndefined()
    // Its models may add what they take for granted.
    expect(answer?.config).toMatchObject(JSON.parse(contentOf(PAYLOADS.get(name) as Admitted)))
  })

  test.each(Object.entries(BUILT_RUNS).filter(([name]) => name !== 'application'))(
    'knows from the type of the source which service to fetch the connection of: %s',
    (name, { ingestionPipeline }) => {
      const { type } = ingestionPipeline['service'] as { type: string }
      expect(answers.get(`pipeline: ${name}`)?.serviceType?.toLowerCase()).toBe(type.replace(/Service$/, '').toLowerCase())
    },
  )

  test('refuses each of them with one field that it does not know, so that its word counts', () => {
    const takes = [...PAYLOADS.keys()].filter((name) => answers.get(`damaged ${name}`)?.error === undefined)
    expect(takes).toEqual([])
  })
})
