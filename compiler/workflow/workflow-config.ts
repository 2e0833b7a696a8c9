import { applicationSteps } from './application-config.ts'
import type { Facts } from '../facts.ts'
import type { Policy } from '../policy.ts'
import type { ResolvedRun } from '../resolve.ts'
import { takesRunnerName } from './runner-name.ts'
import { isResolving } from '../secrets-check.ts'
import { secretReferences } from '../secret-references.ts'
import { serverConfigFor } from './server-config.ts'
import type { ServerConfigPolicy } from './server-config.ts'
import { needsServiceType, workflowSteps } from './workflow-steps.ts'
import type { WorkflowSource } from './workflow-steps.ts'

/** OpenMetadata's workflow or application config: what the ingestion program in the pod is told to do. */
export type WorkflowConfig = Readonly<Record<string, unknown>>

type WorkflowPolicy = ServerConfigPolicy & Pick<Policy, 'agentId' | 'image' | 'isImageTagDynamic'>

/**
 * The config of a pipeline's run. Holds the bot's token.
 *
 * It has no service connection: the pod fetches that by the service's name, so its secrets never pass through the runner. Only where
 * references are to be resolved for the program is there one with references: what the program fetches itself nobody resolves.
 */
export function workflowConfigFor(run: ResolvedRun, policy: WorkflowPolicy, facts: Facts): WorkflowConfig {
  return {
    ...stepsFor(run, policy),
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

function stepsFor(run: ResolvedRun, policy: WorkflowPolicy): WorkflowConfig {
  const { pipeline, service } = run.spec
  if (pipeline.type === 'application') return applicationSteps(run.sourceConfig['config'], run.configOverride)
  const source = { type: service?.type?.toLowerCase() ?? '', serviceName: service?.name ?? '', sourceConfig: run.sourceConfig }
  return workflowSteps(pipeline.type, { ...source, ...connectionFor(run, policy) })
}

function connectionFor({ spec, serviceConnection }: ResolvedRun, policy: WorkflowPolicy): Pick<WorkflowSource, 'serviceConnection'> {
  const isGiven = isResolving(policy) && needsServiceType(spec.pipeline.type) && secretReferences(serviceConnection).length > 0
  return isGiven ? { serviceConnection: serviceConnection as Readonly<Record<string, unknown>> } : {}
}
