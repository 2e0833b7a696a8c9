import type { Environment } from '../../compiler/environment.ts'
import { secretName } from '../../compiler/secret-references.ts'
import { SECRETS_MANAGERS } from '../../compiler/secrets-manager.ts'
import { parseExtraEnvs } from '../../compiler/policy/extra-envs.ts'
import { err, type Result } from '../../compiler/result.ts'
import { RUNNER } from '../secrets/asker.ts'
import { openStore } from '../secrets/open-store.ts'
import { READ_LIMITS, readSecrets } from '../secrets/read-secrets.ts'

/** Gives the token that a reference stands for, or in words why not: which secret, which store, what mends it. */
export type ReadTokenReference = (reference: string) => Promise<Result<string, string>>

const NOT_READABLE = 'the runner may create Secrets and read none; name the Secret in config.authTokenSecret instead, which mounts it into the runner'

/**
 * Reads the runner's own token from the store of SECRETS_MANAGER, under the account of the runner's pod.
 *
 * Region, vault and project are those of the process; where it has none, those that the ingestion pods are given.
 *
 * @param open stands for the stores
 */
export function tokenFromStore(environment: Environment, open = openStore): ReadTokenReference {
  const text = environment['SECRETS_MANAGER']?.trim() || 'kubernetes'
  const manager = SECRETS_MANAGERS.find((name) => name === text)
  const extras = parseExtraEnvs(environment['INGESTION_EXTRA_ENVS']?.trim() ?? '')
  const ofPods = extras.ok ? Object.fromEntries(extras.value.variables.map(({ name, value }) => [name, value])) : {}
  return async (reference) => {
    const about = `${JSON.stringify(reference)} names a secret`
    if (manager === 'kubernetes') return err(`${about} of Kubernetes: ${NOT_READABLE}`)
    const store = manager === undefined ? undefined : await open(manager, { ...ofPods, ...environment }, RUNNER)
    if (store === undefined)
      return err(`${about}, and no store to read it from: SECRETS_MANAGER is ${JSON.stringify(text)}; use managed-aws, managed-azure-kv or gcp`)
    const [read] = await readSecrets([reference], store, { resolver: 'here', limits: READ_LIMITS, random: Math.random })
    if (read === undefined) return err(`${about} that could not be asked for`)
    if (read.result.ok) return read.result
    const { problem, message } = read.result.error
    return err(`${JSON.stringify(secretName(reference))} cannot be read from ${store.store} (${problem}): ${message}`)
  }
}
