import { mergeOverride } from './application-config.ts'
import type { ApplicationRequest } from '../request/application-request.ts'
import type { Policy } from '../policy.ts'
import { LARGEST_INT32, valueAt } from '../request/request-fields.ts'
import { acceptance, DEFAULT_LOGGER_LEVEL, digestOf } from '../resolve.ts'
import type { ResolvedSpec } from '../resolve.ts'
import { serverConfigFor } from './server-config.ts'
import type { ServerConfigPolicy } from './server-config.ts'
import type { WorkflowConfig } from './workflow-config.ts'

const APPLICATION_TYPE = 'application'

/** The record of an application that runs without a pipeline. */
export function resolveApplication(request: ApplicationRequest, policy: Pick<Policy, 'agentId'>, nowMs: number): ResolvedSpec {
  const { id, name, fullyQualifiedName, allowConcurrentExecution } = request.app
  const run = {
    agentId: policy.agentId,
    runId: request.runId.toLowerCase(),
    kind: 'application',
    pipeline: { id: id.toLowerCase(), name, fullyQualifiedName: fullyQualifiedName ?? name, type: APPLICATION_TYPE },
    service: null,
    workflowType: null,
    loggerLevel: DEFAULT_LOGGER_LEVEL,
    maxActiveRuns: allowConcurrentExecution === true ? LARGEST_INT32 : 1,
    retries: 0,
    retryDelaySeconds: 0,
    workflowTimeoutSeconds: null,
  } as const
  // The private configuration is left out: it holds secrets, which a digest would let one try out.
  const content = { appConfiguration: request.app.appConfiguration ?? {}, configOverride: request.configOverride ?? {} }
  return { ...run, streamsLogs: false, ...acceptance(request.notAfter, nowMs), requestDigest: digestOf({ ...run, ...content }) }
}

/** What the pod is given: the App, with the override of this run applied. */
export function applicationPayload(request: ApplicationRequest, policy: ServerConfigPolicy): WorkflowConfig {
  const { app } = request
  const merged = mergeOverride(app.appConfiguration, request.configOverride ?? {})
  return {
    ...app,
    ...(merged === undefined ? {} : { appConfiguration: merged }),
    openMetadataServerConnection: serverConfigFor(app.openMetadataServerConnection, policy),
  }
}

/** Whether an `application/run` names the pipeline it runs as: then it is that pipeline's run. */
export function namesPipeline(request: unknown): boolean {
  const pipeline = valueAt(request, 'ingestionPipeline')
  return pipeline !== undefined && pipeline !== null
}

/** The `pipeline/run` that an `application/run` with a pipeline stands for. The App's private configuration fills in for a pipeline that holds none. */
export function pipelineRunOf(request: unknown): unknown {
  const { app: _, ...rest } = Object(request) as { app?: unknown }
  const privateConfiguration = valueAt(request, 'app', 'privateConfiguration')
  const config = valueAt(request, 'ingestionPipeline', 'sourceConfig', 'config')
  if (privateConfiguration === undefined || privateConfiguration === null || typeof config !== 'object' || config === null) return rest
  if ((valueAt(config, 'appPrivateConfig') ?? null) !== null) return rest
  const pipeline = Object(valueAt(request, 'ingestionPipeline')) as object
  const sourceConfig = Object(valueAt(pipeline, 'sourceConfig')) as object
  return { ...rest, ingestionPipeline: { ...pipeline, sourceConfig: { ...sourceConfig, config: { ...config, appPrivateConfig: privateConfiguration } } } }
}
