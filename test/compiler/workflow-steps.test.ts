import { describe, expect, test } from 'vitest'
import { needsServiceType, workflowSteps } from '../../compiler/workflow/workflow-steps.ts'

const SOURCE = { type: 'mysql', serviceName: 'prod_mysql', sourceConfig: { config: { type: 'X' } } }
const SINK = { type: 'metadata-rest', config: {} }

const from = (type: string) => ({ ...SOURCE, type })
const through = (processor: string, source = SOURCE) => ({ source, processor: { type: processor, config: {} }, sink: SINK })

const usageTo = (filename: string, sourceConfig: object = SOURCE.sourceConfig) => ({
  source: { ...from('mysql-usage'), sourceConfig },
  processor: { type: 'query-parser', config: {} },
  stage: { type: 'table-usage', config: { filename } },
  bulkSink: { type: 'metadata-usage', config: { filename } },
})

const STEPS = [
  { type: 'metadata', steps: { source: SOURCE, sink: SINK } },
  { type: 'lineage', steps: { source: from('mysql-lineage'), sink: SINK } },
  { type: 'policyAgent', steps: { source: from('mysql-policy'), sink: SINK } },
  { type: 'dbt', steps: { source: from('dbt'), sink: SINK } },
  { type: 'profiler', steps: through('orm-profiler') },
  { type: 'autoClassification', steps: through('tag-pii-processor') },
  { type: 'TestSuite', steps: through('orm-test-runner', from('testSuite')) },
  { type: 'usage', steps: usageTo('/tmp/query_log') },
  {
    type: 'elasticSearchReindex',
    steps: { source: { ...from('metadata_elasticsearch'), serviceConnection: { config: { type: 'MetadataES' } } }, sink: SINK },
  },
  { type: 'dataInsight', steps: { source: SOURCE, sink: SINK } },
  { type: 'aTypeOfTomorrow', steps: { source: SOURCE, sink: SINK } },
  { type: 'constructor', steps: { source: SOURCE, sink: SINK } },
  { type: '__proto__', steps: { source: SOURCE, sink: SINK } },
]

describe('the steps of a workflow', () => {
  test.each(STEPS)('of type $type', ({ type, steps }) => {
    expect(workflowSteps(type, SOURCE)).toEqual(steps)
  })

  test.each([
    { name: 'the place that the pipeline names', location: '/tmp/openmetadata/stage', filename: '/tmp/openmetadata/stage' },
    { name: 'the usual place when that is null', location: null, filename: '/tmp/query_log' },
    { name: 'the usual place when that is empty', location: '', filename: '/tmp/query_log' },
    { name: 'the usual place when that is no text', location: 7, filename: '/tmp/query_log' },
  ])('of usage meet in one file: $name', ({ location, filename }) => {
    const sourceConfig = { config: { type: 'DatabaseUsage', stageFileLocation: location } }
    expect(workflowSteps('usage', { ...SOURCE, sourceConfig })).toEqual(usageTo(filename, sourceConfig))
  })

  test('need the type of the service unless they name where they read from', () => {
    const types = [...STEPS.map(({ type }) => type), 'application']
    expect(types.filter((type) => !needsServiceType(type))).toEqual(['dbt', 'TestSuite', 'elasticSearchReindex', 'application'])
  })
})
