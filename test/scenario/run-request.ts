import { randomUUID } from 'node:crypto'

/** How the stand-in for the ingestion image plays its part; see test/ingestion-image. */
export interface Simulate {
  readonly seconds?: number
  /** Half-way it waits at this gate until it is open: test/scenario/gates.ts. */
  readonly waitAt?: string
  readonly exitCode?: number
  /** So many attempts end with exit code 1. */
  readonly failAttempts?: number
  readonly end?: 'success' | 'partialSuccess' | 'failed' | 'none' | 'failedSteps'
  readonly lines?: number
  readonly allocateMiB?: number
  readonly allocateAtEnd?: boolean
  readonly streamedLines?: number
  readonly ignoreSigterm?: boolean
  /** Means nothing, and makes the payload large. */
  readonly padding?: string
  /** It ends with exit code 1 unless its config holds a value of this digest there. */
  readonly expectSecret?: { readonly path: string; readonly sha256: string }
  /** How long it goes on after it has told its end. */
  readonly lingerSeconds?: number
  /** Where it tells that it began, and with what it ended: test/outages/program-marks.ts. */
  readonly markAt?: string
}

export interface RequestOptions {
  readonly runner: string
  /** Where the pod finds OpenMetadata's API: `http://<host>:<port>/api`. */
  readonly hostPort: string
  readonly jwtToken: string
  readonly runId?: string
  readonly pipelineName?: string
  readonly simulate?: Simulate
  readonly notAfter?: number
  readonly maxActiveRuns?: number
  readonly retries?: number
  /** Seconds. */
  readonly retryDelay?: number
  readonly pipelineType?: string
  /** Seconds. */
  readonly workflowTimeout?: number
  /** Of the service, as Collate has it: with references in the place of passwords. */
  readonly connection?: object
}

export interface RunRequest {
  readonly runner: string
  readonly runId: string
  readonly notAfter?: number
  readonly ingestionPipeline: { readonly id: string; readonly fullyQualifiedName: string; readonly [field: string]: unknown }
  readonly service: object
}

/** Params of `pipeline/run` for a metadata pipeline of a MySQL service, as Collate would send them. */
export function runRequest(options: RequestOptions): RunRequest {
  const { pipelineName = 'nightly', runId = randomUUID(), simulate = {} } = options
  return {
    runner: options.runner,
    runId,
    ...(options.notAfter === undefined ? {} : { notAfter: options.notAfter }),
    ingestionPipeline: {
      id: randomUUID(),
      name: pipelineName,
      fullyQualifiedName: `prod_mysql.${pipelineName}`,
      pipelineType: options.pipelineType ?? 'metadata',
      sourceConfig: { config: { type: 'DatabaseMetadata', includeViews: true, simulate } },
      airflowConfig: {
        scheduleInterval: '0 2 * * *',
        maxActiveRuns: options.maxActiveRuns ?? 1,
        ...retriesOf(options),
        ...(options.workflowTimeout === undefined ? {} : { workflowTimeout: options.workflowTimeout }),
      },
      loggerLevel: 'INFO',
      ...(simulate.streamedLines === undefined ? {} : { enableStreamableLogs: true }),
      openMetadataServerConnection: {
        hostPort: options.hostPort,
        authProvider: 'openmetadata',
        securityConfig: { jwtToken: options.jwtToken },
      },
    },
    service: {
      id: randomUUID(),
      name: 'prod_mysql',
      serviceType: 'Mysql',
      fullyQualifiedName: 'prod_mysql',
      ...(options.connection === undefined ? {} : { connection: options.connection }),
    },
  }
}

function retriesOf({ retries, retryDelay }: RequestOptions): { readonly retries?: number; readonly retryDelay?: number } {
  return { ...(retries === undefined ? {} : { retries }), ...(retryDelay === undefined ? {} : { retryDelay }) }
}
