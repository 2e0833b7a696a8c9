import { createEnvironmentReader } from './environment-reader.ts'
import type { Environment, EnvironmentReader } from './environment-reader.ts'
import { parseExtraEnvs } from './extra-envs.ts'
import type { EnvVariable } from './extra-envs.ts'
import { parseImageReference } from './image-reference.ts'
import type { ImageReference } from './image-reference.ts'
import type { Issue } from './issue.ts'
import { dnsLabelRule, dnsSubdomainRule } from './kubernetes-names.ts'
import { parsePipelineTypePolicies } from './pipeline-type-policy.ts'
import type { PipelineTypePolicies } from './pipeline-type-policy.ts'
import { warningsForEnvironment } from './policy-warnings.ts'
import { parseResources } from './policy-resources.ts'
import type { Resources } from './resources.ts'
import { err, ok } from './result.ts'
import type { Result } from './result.ts'
import { SECRETS_MANAGERS } from './secrets-manager.ts'
import type { SecretsManager } from './secrets-manager.ts'

/** What the operator of the cluster decides for the pods of all runs. */
export interface Policy {
  /** The runner's name in Collate. */
  readonly agentId: string
  readonly namespace: string
  readonly image: ImageReference
  /** The image's tag follows the server's version. */
  readonly isImageTagDynamic: boolean
  /** The pod does not compare its own version with the server's. */
  readonly isVersionValidationOff: boolean
  readonly imagePullPolicy: (typeof PULL_POLICIES)[number]
  readonly imagePullSecrets: readonly string[]
  readonly serviceAccountName: string
  /** `null` leaves it to the service account. */
  readonly automountServiceAccountToken: boolean | null
  readonly extraEnvs: readonly EnvVariable[]
  readonly resources: Resources
  /** For test connections and other automations, which are smaller. */
  readonly automationResources: Resources
  readonly secretsManager: SecretsManager
  readonly pipelineTypes: PipelineTypePolicies
}

export interface ParsedPolicy {
  readonly policy: Policy
  /** What is set and has no effect. */
  readonly warnings: readonly Issue[]
}

const PULL_POLICIES = ['IfNotPresent', 'Always', 'Never'] as const

/** The image Collate hands to customers. Its tag is only used when dynamic versions are off. */
const DEFAULT_IMAGE: ImageReference = {
  repository: '118146679784.dkr.ecr.eu-west-1.amazonaws.com/collate-customers-ingestion-slim-eu-west-1',
  tag: 'om-1.13.3-cl-1.13.3',
}

const PIPELINE_TYPES_VARIABLE = 'SIMPLEK8S_PIPELINE_TYPE_CONFIGS'

const GENERAL_RESOURCES: Resources = { requests: { cpu: '1000m', memory: '4096Mi' }, limits: { cpu: '1000m', memory: '4096Mi' } }
const AUTOMATION_RESOURCES: Resources = { requests: { cpu: '200m', memory: '256Mi' }, limits: { cpu: '500m', memory: '512Mi' } }

/**
 * Reads the policy from the environment that the chart sets.
 *
 * All problems come back at once, each under its variable's name and, inside JSON, its path. An empty variable counts as absent.
 */
export function parsePolicy(environment: Environment): Result<ParsedPolicy, Issue[]> {
  const reader = createEnvironmentReader(environment)
  requireSimpleExecutor(reader)
  const types = readPipelineTypes(reader)
  const policy: Policy = {
    agentId: reader.text('AGENT_ID', 'RemoteRunner', agentIdRule),
    namespace: reader.text('INGESTION_NAMESPACE', 'default', dnsLabelRule),
    ...readImage(reader),
    serviceAccountName: reader.text('INGESTION_SERVICE_ACCOUNT_NAME', 'ingestion', dnsSubdomainRule),
    automountServiceAccountToken: reader.boolean('INGESTION_AUTOMOUNT_SA_TOKEN', null),
    extraEnvs: reader.parsed('INGESTION_EXTRA_ENVS', [], parseExtraEnvs),
    resources: parseResources(reader, 'INGESTION', GENERAL_RESOURCES),
    automationResources: parseResources(reader, 'INGESTION_AUTOMATION_WORKFLOW', AUTOMATION_RESOURCES),
    secretsManager: reader.oneOf('SECRETS_MANAGER', SECRETS_MANAGERS, 'kubernetes'),
    pipelineTypes: types.policies,
  }
  if (reader.issues.length > 0) return err([...reader.issues])
  return ok({ policy, warnings: [...warningsForEnvironment(environment), ...types.warnings] })
}

function readImage(reader: EnvironmentReader) {
  return {
    image: reader.parsed('INGESTION_IMAGE', DEFAULT_IMAGE, parseImageReference),
    isImageTagDynamic: reader.boolean('DYNAMIC_INGESTION_VERSION_ENABLED', true),
    isVersionValidationOff: reader.boolean('INGESTION_DISABLE_VERSION_VALIDATION', false),
    imagePullPolicy: reader.oneOf('INGESTION_IMAGE_PULL_POLICY', PULL_POLICIES, 'IfNotPresent'),
    imagePullSecrets: reader.list('INGESTION_IMAGE_PULL_SECRETS', dnsSubdomainRule),
  }
}

function requireSimpleExecutor(reader: EnvironmentReader): void {
  const executor = reader.text('EXECUTOR_TYPE', 'simpleK8s')
  if (executor === 'simpleK8s') return
  const message = 'must be simpleK8s or be left out: this version runs pods with the Simple Kubernetes executor only, not with Argo Workflows'
  reader.report({ code: 'notSupported', path: 'EXECUTOR_TYPE', message })
}

function readPipelineTypes(reader: EnvironmentReader): { policies: PipelineTypePolicies; warnings: readonly Issue[] } {
  const nothing = { policies: new Map(), warnings: [] }
  const text = reader.text(PIPELINE_TYPES_VARIABLE, '')
  if (text === '') return nothing
  const parsed = parsePipelineTypePolicies(PIPELINE_TYPES_VARIABLE, text)
  if (parsed.ok) return parsed.value
  reader.report(...parsed.error)
  return nothing
}

function agentIdRule(text: string): string | undefined {
  return /^[^\p{Cc}\p{Cs}]{1,256}$/u.test(text) ? undefined : 'must have at most 256 characters and no control characters'
}
