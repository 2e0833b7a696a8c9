import type { z } from 'zod'
import type { Issue } from '../issue.ts'
import { variablesOf } from './variable.ts'

type Given = Readonly<Record<string, string>>

export interface Renamed {
  /** Every variable under its name of today. */
  readonly given: Given
  /** The name that was used, by the name of today. */
  readonly oldNames: ReadonlyMap<string, string>
  readonly warnings: readonly Issue[]
}

/** Lets old names say what they said: each gives its value to the name of today, unless that one is set. */
export function withTodaysNames(schema: z.ZodObject, given: Given): Renamed {
  const values: Record<string, string> = { ...given }
  const used = new Map<string, string>()
  const warnings: Issue[] = []
  for (const { name, oldNames = [] } of variablesOf(schema)) {
    for (const oldName of oldNames) {
      const value = Object.hasOwn(given, oldName) ? given[oldName] : undefined
      if (value === undefined) continue
      const isOverridden = Object.hasOwn(values, name)
      warnings.push({
        code: 'unknownKey',
        path: oldName,
        message: isOverridden ? `has no effect: ${name} is set, which is its name today; take it out` : `is the old name of ${name}; rename it`,
      })
      if (isOverridden) continue
      values[name] = value
      used.set(name, oldName)
    }
  }
  return { given: values, oldNames: used, warnings }
}

/** The issue under the name that the operator wrote. */
export function underWrittenName(issue: Issue, oldNames: ReadonlyMap<string, string>): Issue {
  return { ...issue, path: oldNames.get(issue.path) ?? issue.path }
}
