import type { Policy } from './policy.ts'
import type { PayloadReference } from './record.ts'
import { hasStore } from './secrets-manager.ts'

/** What is done about `secret:` references before a program starts that would meet them. */
export const SECRETS_CHECKS = ['report', 'enforce', 'resolve', 'off'] as const

export type SecretsCheck = (typeof SECRETS_CHECKS)[number]

/** What the container `secrets` does: `off` is no container. */
export type SecretsMode = Exclude<SecretsCheck, 'off'>

/** What of the policy decides how references are looked at. */
export type SecretsCheckPolicy = Pick<Policy, 'secretsCheck' | 'runnerImage' | 'secretsManager'>

/** Whether payloads are made for programs that find values in the place of references. */
export function isResolving(policy: SecretsCheckPolicy): boolean {
  return policy.secretsCheck === 'resolve' && canCheck(policy)
}

/**
 * How the references of a payload are looked at; undefined when they are not.
 *
 * A payload that was made to be resolved is resolved whatever the policy says since: its program would take a reference for a value.
 */
export function secretsModeFor({ secrets }: Pick<PayloadReference, 'secrets'>, policy: SecretsCheckPolicy): SecretsMode | undefined {
  if (secrets === 'none' || !canCheck(policy)) return undefined
  if (secrets === 'toResolve') return 'resolve'
  return policy.secretsCheck === 'off' ? undefined : policy.secretsCheck
}

/** There is a container to look with, and a store to look into. */
function canCheck({ runnerImage, secretsManager }: SecretsCheckPolicy): boolean {
  return runnerImage !== null && hasStore(secretsManager)
}
