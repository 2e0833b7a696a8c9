import type { Environment } from '../../compiler/environment.ts'
import { readFileSync } from 'node:fs'
import type { SecretsManager } from '../../compiler/secrets-manager.ts'
import type { Asker } from './asker.ts'
import { trustExtraCas } from './extra-trust.ts'
import type { SecretStore } from './secret-store.ts'

/** Where the kubelet writes the namespace of a pod. */
const NAMESPACE_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace'

/**
 * The store that the ingestion image would ask; undefined where there is none that can be asked from here: `db` takes references for
 * values, and parameters of AWS Systems Manager are read by the image alone.
 *
 * Only the program of the store in question is loaded.
 */
export async function openStore(manager: SecretsManager, environment: Environment, asker: Asker): Promise<SecretStore | undefined> {
  switch (manager) {
    case 'kubernetes': {
      const [{ kubernetesStore }, { connectSecretReader }] = await Promise.all([import('./kubernetes-store.ts'), import('../cluster/read-secret.ts')])
      const namespace = environment['KUBERNETES_NAMESPACE'] || ownNamespace()
      return kubernetesStore(namespace, () => connectSecretReader(namespace))
    }
    case 'aws':
    case 'managed-aws': {
      await trustExtraCas(environment)
      return (await import('./aws-store.ts')).awsStore(environment, asker)
    }
    case 'azure-kv':
    case 'managed-azure-kv': {
      await trustExtraCas(environment)
      return (await import('./azure-store.ts')).azureStore(environment, asker)
    }
    case 'gcp': {
      await trustExtraCas(environment)
      return (await import('./gcp-store.ts')).gcpStore(environment, asker)
    }
    case 'aws-ssm':
    case 'managed-aws-ssm':
    case 'db':
      return undefined
  }
}

/** As the ingestion image has it. */
function ownNamespace(): string {
  try {
    return readFileSync(NAMESPACE_FILE, 'utf8').trim() || 'default'
  } catch {
    return 'default'
  }
}
