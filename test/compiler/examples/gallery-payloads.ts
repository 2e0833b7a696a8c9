import type { RunMethod } from '../../../compiler/admit.ts'
import { APPLICATION_ALONE } from './application-requests.ts'
import { AUTOMATIONS } from './automation-requests.ts'
import { PIPELINE_RUNS } from './pipeline-runs.ts'
import { aMetadataRun } from './run-request.ts'

export interface PayloadCase {
  readonly file: string
  readonly shows: string
  readonly method: RunMethod
  readonly request: unknown
}

function pipelinePayload(name: string, example: string, shows: string): PayloadCase {
  return { file: `payload/${name}.yaml`, shows, method: 'pipeline/run', request: PIPELINE_RUNS[example] }
}

/** What pods are given, by kind of run. */
export const PAYLOAD_CASES: readonly PayloadCase[] = [
  { file: 'payload/metadata.yaml', shows: 'The workflow config of a metadata run.', method: 'pipeline/run', request: aMetadataRun() },
  pipelinePayload('usage', 'usage', 'The workflow config of a usage run: a stage, and a bulk sink.'),
  pipelinePayload('lineage', 'lineage', 'The workflow config of a lineage run.'),
  pipelinePayload('profiler', 'profiler', 'The workflow config of a profiler run: a processor.'),
  pipelinePayload('auto-classification', 'auto-classification', 'The workflow config of an auto-classification run.'),
  pipelinePayload('test-suite', 'test-suite', 'The workflow config of the tests of a table.'),
  pipelinePayload('data-insight', 'data-insight', 'The workflow config of a data insight run.'),
  pipelinePayload('elasticsearch-reindex', 'elasticsearch-reindex', 'The workflow config of a run that builds the search index anew.'),
  pipelinePayload('dbt', 'dbt-local', 'The workflow config of a dbt run.'),
  pipelinePayload('application', 'application', 'The config of an application that is a pipeline.'),
  {
    file: 'payload/test-connection.yaml',
    shows: 'The automation Workflow of a test connection.',
    method: 'automation/run',
    request: AUTOMATIONS['test-connection'],
  },
  { file: 'payload/application-alone.yaml', shows: 'The App of an application without a pipeline.', method: 'application/run', request: APPLICATION_ALONE },
]

/** The records that stand in the cluster. */
export const RECORDS = {
  run: { file: 'record/run.yaml', shows: 'The record and the payload of a run.' },
  schedule: { file: 'record/schedule.yaml', shows: 'The record and the payload of a deployed pipeline.' },
} as const
