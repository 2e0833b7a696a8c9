/** Plainly no token, so that a golden file that shows it shows nothing. */
export const DUMMY_TOKEN = 'dummy-token-for-examples'

export const RUN_ID = '5f0c6c0e-0b7d-4f5e-9a52-3c0f8a1d2b11'

interface Json {
  [key: string]: unknown
}

export interface RunRequestExample extends Json {
  readonly ingestionPipeline: Json
  readonly service: Json
}

/** A request to run the metadata pipeline `nightly` of the MySQL service `prod_mysql` on the runner `aws-prod`. */
export function aMetadataRun(): RunRequestExample {
  return {
    runner: 'aws-prod',
    runId: RUN_ID,
    ingestionPipeline: {
      id: '0b8e2a6d-6a55-4f0e-8f3a-0d7f6f6a1c01',
      name: 'nightly',
      fullyQualifiedName: 'prod_mysql.nightly',
      pipelineType: 'metadata',
      sourceConfig: { config: { type: 'DatabaseMetadata', includeViews: true, schemaFilterPattern: { excludes: ['^tmp_.*'] } } },
      airflowConfig: { scheduleInterval: '0 2 * * *', retries: 2, retryDelay: 60, maxActiveRuns: 1 },
      loggerLevel: 'INFO',
      enableStreamableLogs: true,
      openMetadataServerConnection: {
        hostPort: 'https://acme.getcollate.io/api',
        authProvider: 'openmetadata',
        securityConfig: { jwtToken: DUMMY_TOKEN },
        secretsManagerProvider: 'db',
      },
    },
    service: { id: '7d4b9a53-5b1c-4f3b-9f51-0e7c3fe1e0b2', name: 'prod_mysql', serviceType: 'Mysql', fullyQualifiedName: 'prod_mysql' },
  }
}

/** The request with fields of its pipeline replaced. */
export function withPipeline(changes: Json, request = aMetadataRun()): RunRequestExample {
  return { ...request, ingestionPipeline: { ...request.ingestionPipeline, ...changes } }
}

/** The request with limits of its own: retries, time-out, ... */
export function withLimits(airflowConfig: Json): RunRequestExample {
  return withPipeline({ airflowConfig })
}

/** A request whose service names its password by a reference, which stands in no payload: the pod fetches the service's connection. */
export function aRunWithReferences(reference = 'secret:prod-mysql-password'): RunRequestExample {
  const request = aMetadataRun()
  const connection = { config: { type: 'Mysql', username: 'ingestion', authType: { password: reference }, hostPort: 'mysql:3306' } }
  return { ...request, service: { ...request.service, connection } }
}

/** A request whose filters make a workflow config above what one environment string takes. */
export function aRunWithManyFilters(): RunRequestExample {
  return withFilters(aMetadataRun())
}

export function withFilters(request: RunRequestExample): RunRequestExample {
  const excludes = Array.from({ length: 5000 }, (_, index) => `^archive_schema_number_${index}$`)
  return withPipeline({ sourceConfig: { config: { type: 'DatabaseMetadata', schemaFilterPattern: { excludes } } } }, request)
}
