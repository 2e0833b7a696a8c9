import type { Policy } from './policy.ts'
import type { ResolvedRun } from './resolve.ts'
import { loaderFor } from './secrets-manager.ts'

/** OpenMetadata's workflow config: what the ingestion program in the pod is told to do. */
export type WorkflowConfig = Readonly<Record<string, unknown>>

type WorkflowPolicy = Pick<Policy, 'agentId' | 'secretsManager' | 'isVersionValidationOff'>

/** The steps of a workflow, by pipeline type. A type is supported when it stands here. */
const STEPS: Readonly<Record<string, (run: ResolvedRun) => WorkflowConfig>> = {
  metadata: (run) => ({ source: sourceFor(run), sink: { type: 'metadata-rest', config: {} } }),
}

export function isSupportedType(pipelineType: string): boolean {
  return Object.hasOwn(STEPS, pipelineType)
}

export const SUPPORTED_TYPES: readonly string[] = Object.keys(STEPS)

/**
 * The workflow config of a run. Holds the bot's token.
 *
 * It has no service connection: the pod fetches that by the service's name, so its secrets never pass through the runner.
 *
 * Assumes: the type is supported.
 */
export function workflowConfigFor(run: ResolvedRun, policy: WorkflowPolicy): WorkflowConfig {
  return {
    ...STEPS[run.spec.pipeline.type]?.(run),
    workflowConfig: {
      loggerLevel: run.spec.loggerLevel,
      raiseOnError: run.raiseOnError,
      openMetadataServerConfig: serverConfigFor(run, policy),
    },
    ingestionPipelineFQN: run.spec.pipeline.fullyQualifiedName,
    pipelineRunId: run.spec.runId,
    enableStreamableLogs: run.enableStreamableLogs,
    ingestionRunnerName: policy.agentId,
  }
}

function sourceFor(run: ResolvedRun): WorkflowConfig {
  return { type: run.spec.service.type.toLowerCase(), serviceName: run.spec.service.name, sourceConfig: run.sourceConfig }
}

/** The server's own words, but for the secrets manager: that is this cluster's, whatever the server said. */
function serverConfigFor(run: ResolvedRun, policy: WorkflowPolicy): WorkflowConfig {
  return {
    ...run.serverConnection,
    secretsManagerProvider: policy.secretsManager,
    secretsManagerLoader: loaderFor(policy.secretsManager),
    // The image's own check would stop a run that the operator allowed.
    ...(policy.isVersionValidationOff ? { enableVersionValidation: false } : {}),
  }
}
