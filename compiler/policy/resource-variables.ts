import type { Issue } from '../issue.ts'
import { conflictsIn, overlayResources, ruleForQuantity } from '../resources.ts'
import type { Resources } from '../resources.ts'
import { ruled, variable } from './variable.ts'

const SIDES = [
  { side: 'REQUEST', key: 'requests', what: 'A pod reserves this much' },
  { side: 'LIMIT', key: 'limits', what: 'A pod may use this much' },
] as const

const NAMES = [
  { name: 'cpu', title: 'CPU' },
  { name: 'memory', title: 'memory' },
] as const

/** Variables by name; an amount is text, where it is given. */
type Given = Readonly<Record<string, unknown>>

function amount(name: 'cpu' | 'memory') {
  return ruled((text) => ruleForQuantity(name, text)).optional()
}

/** The variables `<prefix>_{CPU,MEMORY}_{REQUEST,LIMIT}`. */
export function resourceVariables<const Prefix extends string>(prefix: Prefix, oldPrefix: string, defaults: Resources, whose: string) {
  const entries = NAMES.flatMap(({ name, title }) =>
    SIDES.map(({ side, key, what }) => {
      const notes = { fallback: defaults[key][name] ?? '', oldNames: [nameOf(oldPrefix, name, side)] }
      return [nameOf(prefix, name, side), variable(amount(name), `${what} ${title}${whose}.`, notes)] as const
    }),
  )
  return Object.fromEntries(entries) as Record<`${Prefix}_${'CPU' | 'MEMORY'}_${'REQUEST' | 'LIMIT'}`, ReturnType<typeof amount>>
}

/**
 * The amounts given under the prefix, laid over the defaults.
 *
 * A default gives way to what is set: a limit below the default request lowers the request.
 */
export function resourcesFrom(given: Given, prefix: string, defaults: Resources): Resources {
  return overlayResources(defaults, givenResources(given, prefix))
}

/** Requests set above a limit that is set, too. */
export function resourceConflicts(given: Given, prefix: string): Issue[] {
  return conflictsIn(givenResources(given, prefix)).map(({ name, message }) => {
    return { code: 'invalid', path: nameOf(prefix, name, 'REQUEST'), message: `${message} (${nameOf(prefix, name, 'LIMIT')})` }
  })
}

function givenResources(given: Given, prefix: string): Resources {
  const amounts = (side: 'REQUEST' | 'LIMIT') =>
    Object.fromEntries(
      NAMES.flatMap(({ name }) => {
        const text = given[nameOf(prefix, name, side)]
        return typeof text === 'string' ? [[name, text]] : []
      }),
    )
  return { requests: amounts('REQUEST'), limits: amounts('LIMIT') }
}

function nameOf(prefix: string, name: string, side: 'REQUEST' | 'LIMIT'): string {
  return `${prefix}_${name.toUpperCase()}_${side}`
}
