import type { AutomationRequest } from '../request/automation-request.ts'
import type { Policy } from '../policy.ts'
import { AUTOMATION_TYPE } from '../record.ts'
import type { RunSpec } from '../record.ts'
import { acceptance, DEFAULT_LOGGER_LEVEL, digestOf } from '../resolve.ts'
import type { ResolvedSpec } from '../resolve.ts'
import { serverConfigFor } from './server-config.ts'
import type { ServerConfigPolicy } from './server-config.ts'
import type { WorkflowConfig } from './workflow-config.ts'

const MINUTE_SECONDS = 60

/** Somebody waits at a screen for about two minutes; what takes longer than this, image pull included, hangs. */
const DEADLINE_SECONDS = 10 * MINUTE_SECONDS

/** Types that work through many entities, or that are not known here and may. */
const LONG_DEADLINE_SECONDS = 60 * MINUTE_SECONDS

const ASKED_AT_A_SCREEN: ReadonlySet<string> = new Set(['TEST_CONNECTION', 'TEST_SPARK_ENGINE_CONNECTION', 'QUERY_RUNNER'])

/** Somebody sits and waits for this automation, for a minute or two. */
export function isAskedAtScreen({ kind, workflowType }: Pick<RunSpec, 'kind' | 'workflowType'>): boolean {
  return kind === 'automation' && workflowType !== null && ASKED_AT_A_SCREEN.has(workflowType)
}

/** The record of an automation: small, never retried, and always with a deadline. */
export function resolveAutomation(request: AutomationRequest, policy: Pick<Policy, 'agentId'>, nowMs: number): ResolvedSpec {
  const { id, name, fullyQualifiedName, workflowType, request: asked } = request.workflow
  const run = {
    agentId: policy.agentId,
    runId: request.runId.toLowerCase(),
    kind: 'automation',
    pipeline: { id: id.toLowerCase(), name, fullyQualifiedName: fullyQualifiedName ?? name, type: AUTOMATION_TYPE },
    service: asked.serviceName ? { name: asked.serviceName, type: asked.connectionType ?? null } : null,
    workflowType,
    loggerLevel: DEFAULT_LOGGER_LEVEL,
    // Two at once would write their answers to one Workflow.
    maxActiveRuns: 1,
    retries: 0,
    retryDelaySeconds: 0,
    workflowTimeoutSeconds: ASKED_AT_A_SCREEN.has(workflowType) ? DEADLINE_SECONDS : LONG_DEADLINE_SECONDS,
  } as const
  // The request is left out: it holds passwords, which a digest would let one try out, and the pod fetches it anew by the Workflow's name.
  return { ...run, streamsLogs: false, ...acceptance(request.notAfter, nowMs), requestDigest: digestOf(run) }
}

/** What the pod is given: the Workflow. It may hold passwords beside the bot's token. */
export function automationPayload(request: AutomationRequest, policy: ServerConfigPolicy): WorkflowConfig {
  return { ...request.workflow, openMetadataServerConnection: serverConfigFor(request.workflow.openMetadataServerConnection, policy) }
}
