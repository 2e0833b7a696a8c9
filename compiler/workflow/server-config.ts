import type { Policy } from '../policy.ts'
import { isResolving } from '../secrets-check.ts'
import { loaderFor } from '../secrets-manager.ts'

/** What of the policy decides how a pod reaches Collate. */
export type ServerConfigPolicy = Pick<Policy, 'secretsManager' | 'isVersionValidationOff' | 'secretsCheck' | 'runnerImage'>

/** How the pod reaches Collate: the server's own words, but for the secrets manager, which is this cluster's whatever the server said. */
export function serverConfigFor(serverConnection: Readonly<Record<string, unknown>>, policy: ServerConfigPolicy): Readonly<Record<string, unknown>> {
  return {
    ...serverConnection,
    ...secretsManagerOf(policy),
    // The image's own check would stop a run that the operator allowed.
    ...(policy.isVersionValidationOff ? { enableVersionValidation: false } : {}),
  }
}

/** A program that finds values looks up nothing, and may be too old to know the store by its name; `db` all versions know. */
function secretsManagerOf(policy: ServerConfigPolicy): Readonly<Record<string, string>> {
  if (isResolving(policy)) return { secretsManagerProvider: 'db', secretsManagerLoader: 'noop' }
  return { secretsManagerProvider: policy.secretsManager, secretsManagerLoader: loaderFor(policy.secretsManager) }
}
