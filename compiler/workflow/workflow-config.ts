import { applicationSteps } from './application-config.ts'
import type { Facts } from '../facts.ts'
import type { Policy } from '../policy.ts'
import type { ResolvedRun } from '../resolve.ts'
import { takesRunnerName } from './runner-name.ts'
import { serverConfigFor } from './server-config.ts'
import { workflowSteps } from './workflow-steps.ts'

/** OpenMetadata's workflow or application config: what the ingestion program in the pod is told to do. */
export type WorkflowConfig = Readonly<Record<string, unknown>>

type WorkflowPolicy = Pick<Policy, 'agentId' | 'secretsManager' | 'isVersionValidationOff' | 'image' | 'isImageTagDynamic'>

/**
 * The config of a pipeline's run. Holds the bot's token.
 *
 * It has no service connection: the pod fetches that by the service's name, so its secrets never pass through the runner.
 */
export function workflowConfigFor(run: ResolvedRun, policy: WorkflowPolicy, facts: Facts): WorkflowConfig {
  return {
    ...stepsFor(run),
    workflowConfig: {
      loggerLevel: run.spec.loggerLevel,
      raiseOnError: run.raiseOnError,
      openMetadataServerConfig: serverConfigFor(run.serverConnection, policy),
    },
    ingestionPipelineFQN: run.spec.pipeline.fullyQualifiedName,
    pipelineRunId: run.spec.runId,
    enableStreamableLogs: run.enableStreamableLogs,
    ...(takesRunnerName(policy, facts) ? { ingestionRunnerName: policy.agentId } : {}),
  }
}

function stepsFor(run: ResolvedRun): WorkflowConfig {
  const { pipeline, service } = run.spec
  if (pipeline.type === 'application') return applicationSteps(run.sourceConfig['config'], run.configOverride)
  const source = { type: service?.type?.toLowerCase() ?? '', serviceName: service?.name ?? '', sourceConfig: run.sourceConfig }
  return workflowSteps(pipeline.type, source)
}
