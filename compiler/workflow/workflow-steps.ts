/** Where a workflow reads from. Without a service connection the pod fetches it by the service's name. */
export interface WorkflowSource {
  readonly type: string
  readonly serviceName: string
  readonly serviceConnection?: Readonly<Record<string, unknown>>
  readonly sourceConfig: Readonly<Record<string, unknown>>
}

/** The steps of a workflow config, by OpenMetadata's own names: source, processor, stage, sink, bulkSink. */
export type WorkflowSteps = Readonly<Record<string, unknown>>

/** Where usage keeps its queries between two steps when the pipeline names no place. OpenMetadata's own default. */
const STAGE_FILE = '/tmp/query_log'

/** The pipeline types whose steps are not the plain ones, and those that OpenMetadata builds the plain way. */
const STEPS: Readonly<Record<string, (source: WorkflowSource) => WorkflowSteps>> = {
  metadata: plain,
  lineage: (source) => plain(withSuffix(source, 'lineage')),
  policyAgent: (source) => plain(withSuffix(source, 'policy')),
  profiler: (source) => processed(source, 'orm-profiler'),
  autoClassification: (source) => processed(source, 'tag-pii-processor'),
  // The tests belong to tables of many services, so no service's type stands here.
  TestSuite: (source) => processed({ ...source, type: 'testSuite' }, 'orm-test-runner'),
  usage: staged,
  dbt: (source) => plain({ ...source, type: 'dbt' }),
  elasticSearchReindex: (source) => plain({ ...source, type: 'metadata_elasticsearch', serviceConnection: { config: { type: 'MetadataES' } } }),
}

/** Types that say by themselves where they read from, so that the service's type does not matter. */
const NAME_THEIR_SOURCE: ReadonlySet<string> = new Set(['TestSuite', 'dbt', 'elasticSearchReindex', 'application'])

/**
 * The steps of a pipeline's workflow, as OpenMetadata's own builders make them.
 *
 * The set of types is open: one that is not known here (`dataInsight`, or one of a newer server) reads its service and writes to
 * Collate without a step between, which is what most types do; the image of the same version knows what to make of it.
 */
export function workflowSteps(pipelineType: string, source: WorkflowSource): WorkflowSteps {
  const steps = Object.hasOwn(STEPS, pipelineType) ? STEPS[pipelineType] : undefined
  return (steps ?? plain)(source)
}

export function needsServiceType(pipelineType: string): boolean {
  return !NAME_THEIR_SOURCE.has(pipelineType)
}

function plain(source: WorkflowSource): WorkflowSteps {
  return { source, sink: component('metadata-rest') }
}

function processed(source: WorkflowSource, processor: string): WorkflowSteps {
  return { source, processor: component(processor), sink: component('metadata-rest') }
}

function staged(source: WorkflowSource): WorkflowSteps {
  const config = source.sourceConfig['config']
  const location: unknown = typeof config === 'object' && config !== null ? Reflect.get(config, 'stageFileLocation') : undefined
  const filename = typeof location === 'string' && location !== '' ? location : STAGE_FILE
  return {
    source: withSuffix(source, 'usage'),
    processor: component('query-parser'),
    stage: component('table-usage', { filename }),
    bulkSink: component('metadata-usage', { filename }),
  }
}

function withSuffix(source: WorkflowSource, suffix: string): WorkflowSource {
  return { ...source, type: `${source.type}-${suffix}` }
}

function component(type: string, config: Readonly<Record<string, unknown>> = {}) {
  return { type, config }
}
