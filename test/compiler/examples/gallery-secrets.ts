import type { V1Container } from '@kubernetes/client-node'
import type { RunCase, ScheduleCase } from './gallery-case.ts'
import type { Environment } from './policy.ts'
import { aRunWithReferences, withFilters } from './run-request.ts'
import { aDeploy } from './schedule.ts'
import { variableOf } from './view.ts'
import type { View } from './view.ts'

/** What the chart sets beside what every runner has. */
export const RUNNER_IMAGE_VARIABLES = {
  RUNNER_IMAGE: 'registry.example.com/hybrid-ingestion-runner:0.1.0',
  RUNNER_IMAGE_PULL_SECRETS: 'registry-credentials',
} as const

function checked(shows: string, mode: string, rest: Pick<RunCase, 'point' | 'request' | 'files'>, environment: Environment = {}): RunCase {
  return { shows, request: aRunWithReferences(), environment: () => ({ ...RUNNER_IMAGE_VARIABLES, SECRETS_CHECK: mode, ...environment }), ...rest }
}

function secretsContainerOf({ initContainers }: View): V1Container | undefined {
  return initContainers.find(({ name }) => name === 'secrets')
}

function variableOfSecrets(view: View, name: string): unknown {
  return secretsContainerOf(view)?.env?.find((one) => one.name === name)?.value
}

export const SECRETS_CASES: Readonly<Record<string, RunCase>> = {
  'secrets-report': checked('A run with `secret:` references: an init container of the runner reads each, and reports what it could not read.', 'report', {
    point: (view) => [secretsContainerOf(view)?.image, RUNNER_IMAGE_VARIABLES.RUNNER_IMAGE],
  }),
  'secrets-enforce': checked('The same where a run does not start without its secrets.', 'enforce', {
    point: (view) => [variableOfSecrets(view, 'SECRETS_CHECK'), 'enforce'],
  }),
  'secrets-resolve': checked(
    'The same where the values take the place of their references: in memory, and the program reads its config from there.',
    'resolve',
    {
      point: (view) => [
        [view.spec.volumes?.map(({ emptyDir }) => emptyDir?.medium), variableOf(view, 'config')],
        [['Memory'], undefined],
      ],
    },
  ),
  'secrets-off': checked('The same where nobody looks at references before the program does.', 'off', { point: (view) => [view.initContainers, []] }),
  'secrets-large-payload': checked('References in a payload too large for an environment string: the init container mounts it, too.', 'report', {
    request: withFilters(aRunWithReferences()),
    point: (view) => [secretsContainerOf(view)?.volumeMounts?.map(({ mountPath }) => mountPath), ['/etc/hybrid-runner/payload']],
  }),
  'secrets-azure': checked(
    "References to Azure Key Vault: the vault's name reaches the init container, and the label that Azure's webhook wants is there.",
    'report',
    {
      point: (view) => [
        [variableOfSecrets(view, 'AZURE_KEY_VAULT_NAME'), view.labels['azure.workload.identity/use']],
        ['prod-vault', 'true'],
      ],
    },
    { SECRETS_MANAGER: 'managed-azure-kv', INGESTION_EXTRA_ENVS: '[AZURE_KEY_VAULT_NAME:prod-vault]' },
  ),
  'secrets-custom': checked("The operator's own variables and mounts of the main container are the init container's, too.", 'report', {
    files: {
      containerParams: { env: [{ name: 'AWS_REGION', value: 'eu-west-1' }], volumeMounts: [{ name: 'certificates', mountPath: '/certificates' }] },
      workflowParams: { volumes: [{ name: 'certificates', configMap: { name: 'corporate-ca' } }] },
    },
    point: (view) => [
      [variableOfSecrets(view, 'AWS_REGION'), secretsContainerOf(view)?.volumeMounts],
      ['eu-west-1', [{ name: 'certificates', mountPath: '/certificates' }]],
    ],
  }),
  'secrets-openshift': checked(
    'References on OpenShift: the init container names no user, as no container does.',
    'report',
    {
      point: (view) => [
        [secretsContainerOf(view)?.securityContext?.runAsUser, view.spec.securityContext?.runAsUser],
        [undefined, undefined],
      ],
    },
    { OPENSHIFT_ENABLED: 'true' },
  ),
}

export const SECRETS_SCHEDULE_CASES: Readonly<Record<string, ScheduleCase>> = {
  'schedule-secrets-report': {
    shows: 'A schedule whose service names its password by a reference: each of its runs looks at it anew.',
    request: aDeploy({}, {}, aRunWithReferences()),
    environment: RUNNER_IMAGE_VARIABLES,
    point: (view) => [variableOfSecrets(view, 'SECRETS_CHECK'), 'report'],
  },
  'schedule-secrets-resolve': {
    shows: 'The same where the values take the place of their references.',
    request: aDeploy({}, {}, aRunWithReferences()),
    environment: { ...RUNNER_IMAGE_VARIABLES, SECRETS_CHECK: 'resolve' },
    point: (view) => [variableOfSecrets(view, 'SECRETS_CHECK'), 'resolve'],
  },
}
