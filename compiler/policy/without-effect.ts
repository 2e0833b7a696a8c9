import type { z } from 'zod'
import type { Issue } from '../issue.ts'
import { EXECUTOR_TITLES } from './executor.ts'
import type { Executor } from './executor.ts'
import { variablesOf } from './variable.ts'

/** What is set to something and does nothing under this executor. */
export function warningsForVariables(schema: z.ZodObject, given: Readonly<Record<string, string>>, executor: Executor): Issue[] {
  return variablesOf(schema).flatMap(({ name, executor: reader, deadBecause }): Issue[] => {
    if (!Object.hasOwn(given, name)) return []
    if (deadBecause !== undefined) return [{ code: 'unknownKey', path: name, message: `has no effect: ${deadBecause}` }]
    if (reader === undefined || reader === executor) return []
    const message = `is read by the ${EXECUTOR_TITLES[reader]} executor only and has no effect here${name.endsWith('_PIPELINE_TYPE_CONFIGS') ? `; give ${tableVariable(executor)}` : ''}`
    return [{ code: 'wrongExecutor', path: name, message }]
  })
}

/** What is given without the variables that this executor does not read: whatever they say, they change nothing. */
export function readBy(schema: z.ZodObject, given: Readonly<Record<string, string>>, executor: Executor): Readonly<Record<string, string>> {
  const unread = new Set(variablesOf(schema).flatMap(({ name, executor: reader }) => (reader === undefined || reader === executor ? [] : [name])))
  return Object.fromEntries(Object.entries(given).filter(([name]) => !unread.has(name)))
}

/** The variable with the table of pipeline types that this executor reads. */
export function tableVariable(executor: Executor): 'ARGO_PIPELINE_TYPE_CONFIGS' | 'SIMPLEK8S_PIPELINE_TYPE_CONFIGS' {
  return executor === 'argo' ? 'ARGO_PIPELINE_TYPE_CONFIGS' : 'SIMPLEK8S_PIPELINE_TYPE_CONFIGS'
}
