import { DUMMY_PASSWORD } from './pipeline-runs.ts'
import { aMetadataRun } from './run-request.ts'

export interface AutomationExample {
  readonly [key: string]: unknown
  readonly workflow: Readonly<Record<string, unknown>>
}

function automation(workflowType: string, name: string, request: object): AutomationExample {
  const { runner, runId, ingestionPipeline } = aMetadataRun()
  const { openMetadataServerConnection } = ingestionPipeline
  const id = 'd8afbfd4-f8da-4e0b-8b37-53a26a774d54'
  return { runner, runId, workflow: { id, name, fullyQualifiedName: name, workflowType, status: 'Pending', request, openMetadataServerConnection } }
}

const MYSQL = { type: 'Mysql', username: 'reader', authType: { password: DUMMY_PASSWORD }, hostPort: 'mysql.example.com:3306' }

/** A request for each type of automation. */
export const AUTOMATIONS = {
  'test-connection': automation('TEST_CONNECTION', 'test-connection-Mysql-9xKq', {
    connection: { config: MYSQL },
    serviceType: 'Database',
    connectionType: 'Mysql',
    serviceName: 'prod_mysql',
    secretsManagerProvider: 'db',
    ingestionRunner: 'aws-prod',
  }),
  'query-runner': automation('QUERY_RUNNER', 'query-prod_mysql-3', {
    connectionType: 'Mysql',
    serviceName: 'prod_mysql',
    query: 'select 1',
    maxResultSize: 100,
  }),
  'reverse-ingestion': automation('REVERSE_INGESTION', 'reverse-prod_mysql', {
    type: 'ReverseIngestion',
    service: { id: '7d4b9a53-5b1c-4f3b-9f51-0e7c3fe1e0b2', type: 'databaseService', name: 'prod_mysql' },
    operations: [],
    ingestionRunner: 'aws-prod',
  }),
  'test-spark-engine': automation('TEST_SPARK_ENGINE_CONNECTION', 'test-spark-1', {
    sparkEngine: { type: 'Spark', remote: 'sc://spark.example.com:15002', config: { tempPath: '/tmp' } },
    ingestionRunner: 'aws-prod',
  }),
} as const satisfies Readonly<Record<string, AutomationExample>>

/** A type of a newer server, which this runner has never heard of. */
export const AUTOMATION_OF_TOMORROW: AutomationExample = automation('TEST_SOMETHING_NEW', 'new-1', { whatever: [1, 2, 3] })
