import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { admit } from '../../compiler/admit.ts'
import { must } from '../compiler/examples/must.ts'
import { BUILT_RUNS } from '../compiler/examples/pipeline-runs.ts'
import { aPolicy } from '../compiler/examples/policy.ts'
import { NOW_MS } from '../compiler/examples/run.ts'
import { RUN_ID } from '../compiler/examples/run-request.ts'
import { differences } from './differences.ts'
import type { Difference } from './differences.ts'

const GOLDENS = new URL('goldens/', import.meta.url)

interface Wanted {
  readonly path: string
  readonly reason: string
  /** What we write there instead. */
  readonly isOurs: (difference: Difference) => boolean
}

/** All that our workflow config has otherwise than OpenMetadata's builders make it, and why. */
const WANTED: readonly Wanted[] = [
  {
    path: 'source.serviceConnection',
    reason: "the pod fetches the connection by the service's name, as under OpenMetadata's Kubernetes client: its secrets never pass through the runner",
    isOurs: ({ ours }) => ours === undefined,
  },
  {
    path: 'source.serviceConnection.config.type',
    reason: "only elasticSearchReindex has a connection, a fixed one; the builder leaves its type to the model's default, we write it out",
    isOurs: ({ ours, theirs }) => ours === 'MetadataES' && theirs === undefined,
  },
  {
    path: 'pipelineRunId',
    reason: "the run's id is the server's, known before the pod starts; under Airflow each start makes up its own",
    isOurs: ({ ours, theirs }) => ours === RUN_ID && theirs === undefined,
  },
  {
    path: 'ingestionRunnerName',
    reason: 'Collate shows where a run ran; images before 1.13 refuse the field, so it is for those after',
    isOurs: ({ ours, theirs }) => ours === 'aws-prod' && theirs === undefined,
  },
  {
    path: 'workflowConfig.openMetadataServerConfig.secretsManagerProvider',
    reason: 'the secrets lie in the store of this cluster, whatever the server uses for itself',
    isOurs: ({ ours }) => ours === 'kubernetes',
  },
  {
    path: 'workflowConfig.openMetadataServerConfig.secretsManagerLoader',
    reason: "the store's credentials come from the pod's environment",
    isOurs: ({ ours, theirs }) => ours === 'env' && theirs === undefined,
  },
  {
    path: 'workflowConfig.raiseOnError',
    reason: "the pipeline's own flag holds for all types; the builders of profiler, autoClassification, TestSuite and elasticSearchReindex forget it",
    isOurs: ({ ours, theirs }) => typeof ours === 'boolean' && theirs === undefined,
  },
]

type Name = keyof typeof BUILT_RUNS
const NAMES = Object.keys(BUILT_RUNS) as Name[]

function differencesOf(name: Name): Difference[] {
  const golden: unknown = JSON.parse(readFileSync(new URL(`${name}.json`, GOLDENS), 'utf8'))
  const { payload } = must(admit(BUILT_RUNS[name], aPolicy(), { nowMs: NOW_MS, serverVersion: '1.13.0' }))
  return differences(golden, JSON.parse(payload.content))
}

function reasonFor(difference: Difference): string | undefined {
  return WANTED.find(({ path, isOurs }) => path === difference.path && isOurs(difference))?.reason
}

describe("a workflow config is what OpenMetadata's own builder makes, but for the wanted differences:", () => {
  test.each(NAMES)('%s', (name) => {
    expect(differencesOf(name).filter((difference) => reasonFor(difference) === undefined)).toEqual([])
  })

  test('each wanted difference is there', () => {
    const found = new Set(NAMES.flatMap(differencesOf).map(({ path }) => path))
    expect([...found].toSorted()).toEqual(WANTED.map(({ path }) => path).toSorted())
  })

  test('each golden file is of an example', () => {
    expect(readdirSync(GOLDENS).toSorted()).toEqual(NAMES.map((name) => `${name}.json`).toSorted())
  })
})
