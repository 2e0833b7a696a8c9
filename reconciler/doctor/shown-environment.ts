import { policyEnvironment } from '../../compiler/policy/policy-environment.ts'
import { variablesOf } from '../../compiler/policy/variable.ts'
import { agentEnvironment } from '../config.ts'

/** What stands for a value that is not shown. */
const HIDDEN = '(set; not shown)'

/** What stands before the @ of an address: a name and its password. */
const USER_INFO = /(?<=:\/\/)[^/@\s]+(?=@)/g

/**
 * The environment for other eyes: of the runner's own variables the values, unless they may hold a secret; of all others, which may be
 * anything, the names.
 */
export function shownEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const open = new Set(
    [agentEnvironment, policyEnvironment]
      .flatMap(variablesOf)
      .flatMap(({ name, mayHoldSecret, deadBecause }) => (mayHoldSecret === true || deadBecause !== undefined ? [] : [name])),
  )
  const present = Object.entries(environment).filter(([, value]) => value !== undefined && value !== '')
  return Object.fromEntries(present.toSorted().map(([name, value = '']) => [name, open.has(name) ? value.replaceAll(USER_INFO, HIDDEN) : HIDDEN]))
}
