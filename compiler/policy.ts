import type { z } from 'zod'
import { formatImageReference } from './image-reference.ts'
import type { ImageReference } from './image-reference.ts'
import type { Issue } from './issue.ts'
import { parseCustomConfig } from './policy/custom-config.ts'
import type { CustomConfig, CustomConfigFiles } from './policy/custom-config.ts'
import { withRegion } from './policy/custom-region.ts'
import { trialIssues } from './policy/custom-trial.ts'
import type { Executor } from './policy/executor.ts'
import type { EnvVariable } from './policy/extra-envs.ts'
import { underWrittenName, withTodaysNames } from './policy/old-names.ts'
import { parsePipelineTypePolicies } from './policy/pipeline-type-policy.ts'
import type { ParsedPolicies, PipelineTypePolicies } from './policy/pipeline-type-policy.ts'
import { AUTOMATION_RESOURCES, GENERAL_RESOURCES, policyEnvironment } from './policy/policy-environment.ts'
import type { PULL_POLICIES } from './policy/policy-environment.ts'
import { resourceConflicts, resourcesFrom } from './policy/resource-variables.ts'
import { presentIn } from './policy/variable.ts'
import type { Environment } from './environment.ts'
import { readBy, tableVariable, warningsForVariables } from './policy/without-effect.ts'
import type { Resources } from './resources.ts'
import { err, ok } from './result.ts'
import type { Result } from './result.ts'
import type { SecretsCheck } from './secrets-check.ts'
import type { SecretsManager } from './secrets-manager.ts'
import { issuesFromZod } from './zod-issues.ts'

/** What the operator of the cluster decides for the pods of all runs. */
export interface Policy {
  /** The runner's name in Collate. */
  readonly agentId: string
  readonly executor: Executor
  readonly namespace: string
  readonly image: ImageReference
  /** The image's tag follows the server's version. */
  readonly isImageTagDynamic: boolean
  /** Nobody compares the image's version with the server's. */
  readonly isVersionValidationOff: boolean
  readonly imagePullPolicy: (typeof PULL_POLICIES)[number]
  readonly imagePullSecrets: readonly string[]
  readonly serviceAccountName: string
  /** `null` leaves it to the service account. */
  readonly automountServiceAccountToken: boolean | null
  /** The cluster gives user and group ids itself. */
  readonly isOpenShift: boolean
  readonly extraEnvs: readonly EnvVariable[]
  readonly resources: Resources
  /** For test connections and other automations, which are smaller. */
  readonly automationResources: Resources
  readonly secretsManager: SecretsManager
  /** What is done about `secret:` references before a run starts. */
  readonly secretsCheck: SecretsCheck
  /** The runner's own image, which looks at them; null where nobody has named it: then nothing does. */
  readonly runnerImage: RunnerImage | null
  readonly pipelineTypes: PipelineTypePolicies
  /** Merged last. */
  readonly customConfig: CustomConfig
  /** Argo: how long an ended Workflow stays. */
  readonly workflowTtlSeconds: number
}

export interface RunnerImage {
  readonly name: string
  readonly pullPolicy: (typeof PULL_POLICIES)[number]
  /** Beside those of the pods. */
  readonly pullSecrets: readonly string[]
}

export interface ParsedPolicy {
  readonly policy: Policy
  /** What is set and has no effect, or under an old name. */
  readonly warnings: readonly Issue[]
}

/**
 * Reads the policy from the environment that the chart sets, and from the content of the files that it names.
 *
 * All problems come back at once, each under its variable's name and, inside JSON or YAML, its path. An empty variable counts as
 * absent. Reading the files is for the caller (`customConfigPaths`).
 */
export function parsePolicy(environment: Environment, files: CustomConfigFiles = {}): Result<ParsedPolicy, Issue[]> {
  const { given, oldNames, warnings } = withTodaysNames(policyEnvironment, presentIn(environment))
  const executor = executorFrom(given)
  const parsed = policyEnvironment.safeParse(readBy(policyEnvironment, given, executor))
  const types = pipelineTypesFrom(given, executor)
  const custom = parseCustomConfig(executor, given, files)
  const issues = [
    ...(parsed.success ? [] : issuesFromZod(parsed.error, given)),
    ...['INGESTION', 'INGESTION_AUTOMATION_WORKFLOW'].flatMap((prefix) => resourceConflicts(given, prefix)),
    ...(types.ok ? [] : types.error),
    ...(custom.ok ? [] : custom.error),
  ]
  if (!parsed.success || !types.ok || !custom.ok || issues.length > 0) return err(issues.map((issue) => underWrittenName(issue, oldNames)))
  const own = policyFrom(parsed.data)
  const customConfig = withRegion(custom.value.customConfig, own.secretsManager, own.extraEnvs)
  const policy: Policy = { ...own, executor, pipelineTypes: types.value.policies, customConfig }
  const trial = trialIssues(policy)
  if (trial.length > 0) return err(trial)
  const doubts = parsed.data.INGESTION_EXTRA_ENVS.doubts.map((message): Issue => ({ code: 'invalid', path: 'INGESTION_EXTRA_ENVS', message }))
  const found = [...warningsForVariables(policyEnvironment, given, executor), ...doubts.map((issue) => underWrittenName(issue, oldNames))]
  return ok({ policy, warnings: [...warnings, ...found, ...types.value.warnings, ...custom.value.warnings] })
}

function policyFrom(given: z.infer<typeof policyEnvironment>): Omit<Policy, 'executor' | 'pipelineTypes' | 'customConfig'> {
  return {
    agentId: given.AGENT_ID,
    namespace: given.INGESTION_NAMESPACE,
    image: given.INGESTION_IMAGE,
    isImageTagDynamic: given.DYNAMIC_INGESTION_VERSION_ENABLED,
    isVersionValidationOff: given.INGESTION_DISABLE_VERSION_VALIDATION,
    imagePullPolicy: given.INGESTION_IMAGE_PULL_POLICY,
    imagePullSecrets: given.INGESTION_IMAGE_PULL_SECRETS,
    serviceAccountName: given.INGESTION_SERVICE_ACCOUNT_NAME,
    automountServiceAccountToken: given.INGESTION_AUTOMOUNT_SA_TOKEN ?? null,
    isOpenShift: given.OPENSHIFT_ENABLED,
    extraEnvs: given.INGESTION_EXTRA_ENVS.variables,
    resources: resourcesFrom(given, 'INGESTION', GENERAL_RESOURCES),
    automationResources: resourcesFrom(given, 'INGESTION_AUTOMATION_WORKFLOW', AUTOMATION_RESOURCES),
    secretsManager: given.SECRETS_MANAGER,
    secretsCheck: given.SECRETS_CHECK,
    runnerImage: runnerImageFrom(given),
    workflowTtlSeconds: given.ARGO_SECONDS_AFTER_COMPLETION_TTL,
  }
}

function runnerImageFrom(given: z.infer<typeof policyEnvironment>): RunnerImage | null {
  const { RUNNER_IMAGE: image, RUNNER_IMAGE_PULL_POLICY: pullPolicy, RUNNER_IMAGE_PULL_SECRETS: pullSecrets } = given
  return image === undefined ? null : { name: formatImageReference(image), pullPolicy, pullSecrets }
}

/** As the vendor's chart decides: what is said, else Argo when an Argo server is named. */
function executorFrom(given: Readonly<Record<string, string>>): Executor {
  const isArgo = given['EXECUTOR_TYPE'] === undefined ? given['PIPELINE_SERVICE_CLIENT_ENDPOINT'] !== undefined : given['EXECUTOR_TYPE'] === 'argo'
  return isArgo ? 'argo' : 'simpleK8s'
}

function pipelineTypesFrom(given: Readonly<Record<string, string>>, executor: Executor): Result<ParsedPolicies, Issue[]> {
  const variable = tableVariable(executor)
  const text = given[variable]
  return text === undefined ? ok({ policies: new Map(), warnings: [] }) : parsePipelineTypePolicies(executor, variable, text)
}
