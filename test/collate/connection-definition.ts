import { answer, errorAnswer } from './answer.ts'
import type { Answer } from './answer.ts'

/** The connectors that the reference server knows, and the steps of their tests: the screen shows a result under the name of its step. */
const DEFINITIONS: Readonly<Record<string, readonly { readonly name: string; readonly mandatory: boolean }[]>> = {
  'Mysql.testConnection': [
    { name: 'CheckAccess', mandatory: true },
    { name: 'GetSchemas', mandatory: true },
    { name: 'GetTables', mandatory: true },
    { name: 'GetViews', mandatory: false },
  ],
}

export function connectionDefinition(name: string): Answer {
  const steps = DEFINITIONS[name]
  if (steps === undefined) return errorAnswer(404, `testConnectionDefinition instance for ${name} not found`)
  return answer(200, { name, fullyQualifiedName: name, displayName: name, steps: steps.map((step) => ({ ...step, description: step.name })) })
}
