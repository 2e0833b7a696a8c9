import { APPLICATION_ALONE, APPLICATION_WITH_PIPELINE } from './application-requests.ts'
import { AUTOMATIONS } from './automation-requests.ts'
import type { RunCase } from './gallery-case.ts'
import { PIPELINE_RUNS } from './pipeline-runs.ts'
import { variableOf } from './view.ts'

/** One run of each type of pipeline; more of them are in `pipeline-runs.ts`. */
const PIPELINES: Readonly<Record<string, string>> = {
  'usage': 'A usage run.',
  'lineage': 'A lineage run.',
  'profiler': 'A profiler run.',
  'auto-classification': 'An auto-classification run.',
  'test-suite': 'The data quality tests of a table: a `TestSuite` run.',
  'data-insight': 'A data insight run.',
  'elasticsearch-reindex': 'A run that builds the search index anew.',
  'dbt-cloud': 'A dbt run.',
  'application': 'A run of an application that is a pipeline.',
  'a-type-of-tomorrow': 'A pipeline type that this version does not know: it goes to the ingestion program as it is.',
}

function pipelineCase(name: string, shows: string): RunCase {
  const request = PIPELINE_RUNS[name]
  return {
    shows,
    request,
    point: (view) => [
      [view.container.command, variableOf(view, 'pipelineType')],
      [['python', 'main.py'], request?.ingestionPipeline['pipelineType']],
    ],
  }
}

const AUTOMATION_SENTENCES: Readonly<Record<keyof typeof AUTOMATIONS, string>> = {
  'test-connection': 'A test connection: small resources, a short deadline, no variable beside the payload and the secrets manager.',
  'query-runner': 'A query that a person sent.',
  'reverse-ingestion': 'Metadata written back to a source.',
  'test-spark-engine': 'A test of a Spark engine.',
}

function automationCase(name: keyof typeof AUTOMATIONS): RunCase {
  return {
    shows: AUTOMATION_SENTENCES[name],
    method: 'automation/run',
    request: AUTOMATIONS[name],
    point: (view) => [
      [view.container.command, view.container.resources?.limits, variableOf(view, 'pipelineType'), typeof view.deadlineSeconds],
      [['python', 'run_automation.py'], { cpu: '500m', memory: '512Mi' }, undefined, 'number'],
    ],
  }
}

export const KIND_CASES: Readonly<Record<string, RunCase>> = {
  ...Object.fromEntries(Object.entries(PIPELINES).map(([name, shows]) => [`run-${name}`, pipelineCase(name, shows)])),
  ...Object.fromEntries((Object.keys(AUTOMATIONS) as (keyof typeof AUTOMATIONS)[]).map((name) => [`automation-${name}`, automationCase(name)])),
  'application-alone': {
    shows: 'An application without a pipeline.',
    method: 'application/run',
    request: APPLICATION_ALONE,
    point: ({ container }) => [container.command, ['python', '-m', 'metadata.applications.runner']],
  },
  'application-with-pipeline': {
    shows: 'An application with the pipeline that it runs as, and an override for this run.',
    method: 'application/run',
    request: APPLICATION_WITH_PIPELINE,
    point: (view) => [variableOf(view, 'pipelineType'), 'application'],
  },
}
