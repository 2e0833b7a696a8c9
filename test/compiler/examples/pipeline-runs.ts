import { aMetadataRun } from './run-request.ts'
import type { RunRequestExample } from './run-request.ts'

/** Plainly no password, and planted so that a test can look for it where it must not be. */
export const DUMMY_PASSWORD = 'dummy-password-for-examples'

interface Service {
  /** OpenMetadata's name for the kind of service. */
  readonly entity: string
  readonly name: string
  readonly type: string
  readonly connection?: object
}

const MYSQL: Service = {
  entity: 'databaseService',
  name: 'prod_mysql',
  type: 'Mysql',
  connection: { config: { type: 'Mysql', username: 'reader', authType: { password: DUMMY_PASSWORD }, hostPort: 'mysql.example.com:3306' } },
}

const SNOWFLAKE: Service = {
  entity: 'databaseService',
  name: 'Prod Snowflake',
  type: 'Snowflake',
  connection: { config: { type: 'Snowflake', username: 'reader', password: DUMMY_PASSWORD, account: 'acme', warehouse: 'wh' } },
}

const OPENMETADATA: Service = { entity: 'metadataService', name: 'OpenMetadata', type: 'OpenMetadata' }

/** The request to run a pipeline of that type on that service. */
function runOn(service: Service, pipelineType: string, config: object, changes: object = {}): RunRequestExample {
  const { ingestionPipeline, ...request } = aMetadataRun()
  const id = '7d4b9a53-5b1c-4f3b-9f51-0e7c3fe1e0b2'
  const { entity, name, type: serviceType, ...rest } = service
  return {
    ...request,
    service: { id, name, fullyQualifiedName: name, serviceType, ...rest },
    ingestionPipeline: {
      ...ingestionPipeline,
      fullyQualifiedName: `"${name}".nightly`,
      pipelineType,
      sourceConfig: { config },
      service: { id, type: entity, name, fullyQualifiedName: name },
      ...changes,
    },
  }
}

const DBT_LOCAL = { dbtConfigType: 'local', dbtManifestFilePath: '/dbt/manifest.json', dbtCatalogFilePath: '/dbt/catalog.json' }

const DBT_CLOUD = { dbtConfigType: 'cloud', dbtCloudAuthToken: DUMMY_PASSWORD, dbtCloudAccountId: '4711', dbtCloudUrl: 'https://cloud.example.com/' }

const APP_CONFIG = { type: 'Automator', resources: { type: ['table'], queryFilter: '{}' }, actions: [{ type: 'RemoveDomainAction', applyToChildren: null }] }

/** Runs of every type whose builder OpenMetadata has, on services of every kind. */
export const BUILT_RUNS = {
  'metadata-mysql': runOn(MYSQL, 'metadata', { type: 'DatabaseMetadata', includeViews: true, schemaFilterPattern: { excludes: ['^tmp_.*'] } }),
  'metadata-snowflake': runOn(SNOWFLAKE, 'metadata', { type: 'DatabaseMetadata', markDeletedTables: false }, { raiseOnError: false, loggerLevel: 'DEBUG' }),
  'metadata-tableau': runOn({ entity: 'dashboardService', name: 'bi', type: 'Tableau' }, 'metadata', { type: 'DashboardMetadata' }),
  'metadata-kafka': runOn({ entity: 'messagingService', name: 'events', type: 'Kafka' }, 'metadata', { type: 'MessagingMetadata' }),
  'metadata-airflow': runOn({ entity: 'pipelineService', name: 'dags', type: 'Airflow' }, 'metadata', { type: 'PipelineMetadata' }),
  'metadata-mlflow': runOn({ entity: 'mlmodelService', name: 'models', type: 'Mlflow' }, 'metadata', { type: 'MlModelMetadata' }),
  'metadata-s3': runOn({ entity: 'storageService', name: 'lake', type: 'S3' }, 'metadata', { type: 'StorageMetadata' }),
  'metadata-elasticsearch': runOn({ entity: 'searchService', name: 'search', type: 'ElasticSearch' }, 'metadata', { type: 'SearchMetadata' }),
  'metadata-rest': runOn({ entity: 'apiService', name: 'apis', type: 'Rest' }, 'metadata', { type: 'ApiMetadata' }),
  'metadata-google-drive': runOn({ entity: 'driveService', name: 'drive', type: 'GoogleDrive' }, 'metadata', { type: 'DriveMetadata' }),
  'metadata-custom-database': runOn({ entity: 'databaseService', name: 'own', type: 'CustomDatabase' }, 'metadata', { type: 'DatabaseMetadata' }),
  'usage': runOn(MYSQL, 'usage', { type: 'DatabaseUsage', queryLogDuration: 3 }),
  'usage-with-a-stage-file': runOn(SNOWFLAKE, 'usage', { type: 'DatabaseUsage', stageFileLocation: '/tmp/openmetadata/stage' }),
  'lineage': runOn(SNOWFLAKE, 'lineage', { type: 'DatabaseLineage', queryLogDuration: 1 }),
  'profiler': runOn(MYSQL, 'profiler', { type: 'Profiler', profileSample: 20, profileSampleType: 'PERCENTAGE' }),
  'profiler-that-does-not-raise': runOn(MYSQL, 'profiler', { type: 'Profiler' }, { raiseOnError: false }),
  'auto-classification': runOn(MYSQL, 'autoClassification', { type: 'AutoClassification', storeSampleData: true, enableAutoClassification: true }),
  'test-suite': runOn({ entity: 'testSuite', name: 'orders.testSuite', type: 'TestSuite' }, 'TestSuite', {
    type: 'TestSuite',
    entityFullyQualifiedName: 'prod_mysql.shop.public.orders',
  }),
  'dbt-local': runOn(MYSQL, 'dbt', { type: 'DBT', dbtConfigSource: DBT_LOCAL }),
  'dbt-cloud': runOn(SNOWFLAKE, 'dbt', { type: 'DBT', dbtConfigSource: DBT_CLOUD, dbtUpdateDescriptions: true }),
  'elasticsearch-reindex': runOn(OPENMETADATA, 'elasticSearchReindex', { type: 'MetadataToElasticSearch' }),
  'application': runOn(OPENMETADATA, 'application', {
    type: 'Application',
    sourcePythonClass: 'metadata.applications.auto_tagger.AutoTaggerApp',
    appConfig: APP_CONFIG,
    appPrivateConfig: { token: DUMMY_PASSWORD },
  }),
} as const satisfies Readonly<Record<string, RunRequestExample>>

/** Runs of types that OpenMetadata 1.11 has no builder for: they take the plain way. */
export const OTHER_RUNS = {
  'data-insight': runOn(OPENMETADATA, 'dataInsight', { type: 'MetadataToElasticSearch' }),
  'policy-agent': runOn(SNOWFLAKE, 'policyAgent', { type: 'DatabaseMetadata' }),
  'a-type-of-tomorrow': runOn(MYSQL, 'reverseMetadata', { type: 'DatabaseMetadata' }),
} as const satisfies Readonly<Record<string, RunRequestExample>>

export const PIPELINE_RUNS: Readonly<Record<string, RunRequestExample>> = { ...BUILT_RUNS, ...OTHER_RUNS }
