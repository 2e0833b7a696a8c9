/** OpenMetadata's name of the task that a pipeline of each type is: its pages look for the log under it. */
const TASK_KEYS: Readonly<Record<string, string>> = {
  profiler: 'profiler_task',
  autoClassification: 'auto_classification_task',
  lineage: 'lineage_task',
  dbt: 'dbt_task',
  usage: 'usage_task',
  TestSuite: 'test_suite_task',
  dataInsight: 'data_insight_task',
  elasticSearchReindex: 'elasticsearch_reindex_task',
  application: 'application_task',
}

/** The key of the log's text in the answer; metadata, policyAgent and types that nobody knows yet have the general one. */
export function taskKey(pipelineType: string): string {
  return Object.hasOwn(TASK_KEYS, pipelineType) ? (TASK_KEYS[pipelineType] ?? '') : 'ingestion_task'
}
