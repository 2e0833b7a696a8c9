import type { Facts } from '../../../compiler/facts.ts'
import type { Policy } from '../../../compiler/policy.ts'
import { aPolicy, aPolicyFor } from './policy.ts'
import { FACTS } from './run.ts'
import { aMetadataRun, aRunWithManyFilters, withLimits } from './run-request.ts'

/** One golden file of `snapshots/`: a request under a policy, and the pod it becomes. */
export interface Example {
  readonly request: unknown
  readonly policy: Policy
  readonly facts: Facts
}

function underPolicy(policy: Policy, request: unknown = aMetadataRun()): Example {
  return { request, policy, facts: FACTS }
}

export const GALLERY = {
  'default': underPolicy(aPolicy()),
  'tolerations': underPolicy(
    aPolicyFor('metadata', {
      tolerations: [
        { key: 'nodetype', operator: 'Equal', value: 'openmetadata-hybrid-runner', effect: 'NoSchedule' },
        { key: 'spot', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 120 },
      ],
    }),
  ),
  'tolerations-for-every-type': underPolicy(aPolicyFor('default', { tolerations: [{ operator: 'Exists' }] })),
  'node-selector': underPolicy(aPolicyFor('metadata', { nodeSelector: { 'nodetype': 'openmetadata-hybrid-runner', 'kubernetes.io/arch': 'amd64' } })),
  'priority-class': underPolicy(aPolicyFor('metadata', { priorityClass: 'ingestion-high' })),
  'resources': underPolicy(
    aPolicyFor('metadata', { resources: { requests: { cpu: '500m' }, limits: { 'cpu': 2, 'memory': '2Gi', 'ephemeral-storage': '1Gi' } } }),
  ),
  'service-account': underPolicy(aPolicy({ INGESTION_SERVICE_ACCOUNT_NAME: 'ingestion-irsa', INGESTION_AUTOMOUNT_SA_TOKEN: 'false' })),
  'pull-secrets': underPolicy(aPolicy({ INGESTION_IMAGE_PULL_SECRETS: 'omd-registry-credentials, mirror-credentials' })),
  'image-tag-dynamic': { request: aMetadataRun(), policy: aPolicy(), facts: { serverVersion: '1.12.4' } },
  'image-tag-fixed': underPolicy(aPolicy({ DYNAMIC_INGESTION_VERSION_ENABLED: 'false' })),
  'image-digest': underPolicy(aPolicy({ INGESTION_IMAGE: `registry.example.com/collate/ingestion@sha256:${'0123456789abcdef'.repeat(4)}` })),
  'extra-envs': underPolicy(aPolicy({ INGESTION_EXTRA_ENVS: '[NO_PROXY:localhost,.svc,HTTPS_PROXY:http://proxy.example.com:3128]' })),
  'secrets-manager-azure': underPolicy(aPolicy({ SECRETS_MANAGER: 'managed-azure-kv', INGESTION_EXTRA_ENVS: '[AZURE_KEY_VAULT_NAME:acme-vault]' })),
  'workflow-timeout': underPolicy(aPolicy(), withLimits({ workflowTimeout: 3600 })),
  'large-payload': underPolicy(aPolicy(), aRunWithManyFilters()),
} as const satisfies Readonly<Record<string, Example>>

export type ExampleName = keyof typeof GALLERY
