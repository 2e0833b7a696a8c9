/** Where the ingestion image looks up `secret:` references, by OpenMetadata's own names. */
export const SECRETS_MANAGERS = ['kubernetes', 'managed-aws', 'aws', 'managed-aws-ssm', 'aws-ssm', 'managed-azure-kv', 'azure-kv', 'gcp', 'db'] as const

export type SecretsManager = (typeof SECRETS_MANAGERS)[number]

/** Whether the runner itself can read the store. Parameters of AWS Systems Manager it leaves to the ingestion image, and `db` is no store. */
export function hasStore(manager: SecretsManager): boolean {
  return manager !== 'db' && !manager.endsWith('-ssm')
}

/**
 * How the ingestion image finds the credentials of its secrets manager.
 *
 * For Kubernetes and Azure only `env` works: with `noop` their clients get no credentials. AWS and Google find theirs by
 * their own default chain (workload identity), which `noop` leaves alone.
 */
export function loaderFor(manager: SecretsManager): 'env' | 'noop' {
  return manager === 'kubernetes' || manager.endsWith('azure-kv') ? 'env' : 'noop'
}

interface Variable {
  readonly name: string
  readonly value: string
}

/**
 * Variables by which the ingestion image finds its store, beside those of the operator: his own word wins, for secrets may lie in another
 * namespace. Azure's vault name is the installation's own and comes with his.
 */
export function loaderVariables(manager: SecretsManager, namespace: string, extras: readonly Variable[]): readonly Variable[] {
  const variables = [...kubernetesVariables(manager, namespace), ...regionVariables(manager, extras)]
  return variables.filter(({ name }) => !extras.some((extra) => extra.name === name))
}

function kubernetesVariables(manager: SecretsManager, namespace: string): readonly Variable[] {
  if (manager !== 'kubernetes') return []
  return [
    { name: 'KUBERNETES_IN_CLUSTER', value: 'true' },
    { name: 'KUBERNETES_NAMESPACE', value: namespace },
  ]
}

export function isAws(manager: SecretsManager): boolean {
  return /^(managed-)?aws(-ssm)?$/.test(manager)
}

/** The image looks at AWS_DEFAULT_REGION alone; the SDKs of other programs know AWS_REGION, too. A value with braces is no region. */
function regionVariables(manager: SecretsManager, extras: readonly Variable[]): readonly Variable[] {
  const region = extras.find(({ name }) => name === 'AWS_REGION')?.value ?? ''
  return isAws(manager) && /^[\w-]+$/.test(region) ? [{ name: 'AWS_DEFAULT_REGION', value: region }] : []
}
