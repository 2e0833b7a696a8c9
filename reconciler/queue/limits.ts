import { AUTOMATION_TYPE } from '../../compiler/record.ts'

/** How many runs may be active at once: holding a pod, from before its create until its end is seen. */
export interface Limits {
  /** All but the automations that the slots below take. */
  readonly maxActiveRuns: number
  /** By pipeline type; `default` holds for each type that has no entry, each for itself. A type without either has none. */
  readonly maxActiveRunsByType: Readonly<Record<string, number>>
  /** Slots beside `maxActiveRuns` that only automations take, so that a full runner still answers a test connection. */
  readonly automationSlots: number
}

/** What holds a run back. */
export const HOLDS = ['pipeline', 'type', 'all'] as const
export type Hold = (typeof HOLDS)[number]

export interface Kept {
  readonly by: Hold
  readonly active: number
  readonly limit: number
  /** Of an automation that `all` holds back: the slots beside it, all of them taken. */
  readonly takenSlots?: number
}

/** Undefined: none. */
export function limitOfType({ maxActiveRunsByType: table }: Limits, type: string): number | undefined {
  if (Object.hasOwn(table, type)) return table[type]
  return Object.hasOwn(table, 'default') ? table['default'] : undefined
}

/** How many of all active runs count against `maxActiveRuns`. */
export function countedRuns({ automationSlots }: Limits, active: number, automations: number): number {
  return active - Math.min(automations, automationSlots)
}

/** Whether one more run of the type has a slot, as far as all runs together go. */
export function hasSlot(limits: Limits, type: string, active: number, automations: number): boolean {
  if (type === AUTOMATION_TYPE && automations < limits.automationSlots) return true
  return countedRuns(limits, active, automations) < limits.maxActiveRuns
}

/** In words for people, with the name of what to raise. */
export function describeHold({ by, active, limit, takenSlots }: Kept, type: string): string {
  if (by === 'pipeline') return `its pipeline has ${active} of ${limit} runs active (maxActiveRuns of the pipeline)`
  if (by === 'type') return `${active} of ${limit} runs of type ${type} are active (MAX_ACTIVE_RUNS_BY_TYPE)`
  const all = `${active} of ${limit} runs are active (MAX_ACTIVE_RUNS)`
  return takenSlots === undefined ? all : `automations have ${takenSlots} of ${takenSlots} slots of their own (AUTOMATION_SLOTS), and ${all}`
}
