import type { Policy } from '../policy.ts'
import { loaderFor } from '../secrets-manager.ts'

type ServerConfigPolicy = Pick<Policy, 'secretsManager' | 'isVersionValidationOff'>

/** How the pod reaches Collate: the server's own words, but for the secrets manager, which is this cluster's whatever the server said. */
export function serverConfigFor(serverConnection: Readonly<Record<string, unknown>>, policy: ServerConfigPolicy): Readonly<Record<string, unknown>> {
  return {
    ...serverConnection,
    secretsManagerProvider: policy.secretsManager,
    secretsManagerLoader: loaderFor(policy.secretsManager),
    // The image's own check would stop a run that the operator allowed.
    ...(policy.isVersionValidationOff ? { enableVersionValidation: false } : {}),
  }
}
