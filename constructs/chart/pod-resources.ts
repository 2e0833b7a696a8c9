/** What the ingestion pods reserve and may use. */
import { call } from '../expression/values.ts'
import { amountCheck, fittingAmount, type Resource, RESOURCES, type Pair, pairAt, type Side, SIDES } from './amounts.ts'
import type { Check } from './check.ts'
import { ifSet, OPERATORS_OWN, type Variable } from './variable.ts'

const GROUPS = [
  { section: 'resources', prefix: 'INGESTION' },
  { section: 'automationResources', prefix: 'INGESTION_AUTOMATION_WORKFLOW' },
] as const
type Group = (typeof GROUPS)[number]

/** The variables of all amounts. */
export function resourceVariables(): Variable[] {
  return GROUPS.flatMap((group) =>
    SIDES.flatMap((side) => RESOURCES.map((name) => ifSet(variableOf(group, side, name), fittingAmount(pairOf(group, name), side)))),
  )
}

export function podResourceChecks(): Check[] {
  return GROUPS.flatMap((group) => RESOURCES.map((name) => amountCheck(pairOf(group, name))))
}

/** The operator's own variables count where there are any. */
function pairOf(group: Group, name: Resource): Pair {
  return pairAt(['config', 'ingestionPods', group.section], name, (side) => {
    const variable = variableOf(group, side, name)
    return { isThere: call('hasName', OPERATORS_OWN, variable), amount: call('valueOfName', OPERATORS_OWN, variable) }
  })
}

function variableOf({ prefix }: Group, side: Side, name: Resource): string {
  return `${prefix}_${name.toUpperCase()}_${side === 'limits' ? 'LIMIT' : 'REQUEST'}`
}
