import { answer, errorAnswer } from './answer.ts'
import type { Answer } from './answer.ts'

interface Step {
  readonly name: string
  readonly mandatory: boolean
  /** Its failure ends the test. */
  readonly shortCircuit?: true
}

const FIRST: Step = { name: 'CheckAccess', mandatory: true, shortCircuit: true }
const must = (name: string): Step => ({ name, mandatory: true })
const may = (name: string): Step => ({ name, mandatory: false })

/** The connectors that the reference server knows, and the steps of their tests: the screen shows a result under the name of its step. */
const DEFINITIONS: Readonly<Record<string, readonly Step[]>> = {
  Mysql: [FIRST, must('GetSchemas'), must('GetTables'), may('GetViews')],
  Postgres: [FIRST, must('GetDatabases'), must('GetSchemas'), must('GetTables'), may('GetViews'), may('GetTags')],
}

const SUFFIX = '.testConnectionDefinition'

export function connectionDefinition(fqn: string): Answer {
  const name = fqn.endsWith(SUFFIX) ? fqn.slice(0, -SUFFIX.length) : ''
  const steps = DEFINITIONS[name]
  if (steps === undefined) return errorAnswer(404, `testConnectionDefinition instance for ${fqn} not found`)
  const described = steps.map((step) => ({ ...step, description: step.name, errorMessage: `The step ${step.name} failed` }))
  return answer(200, { name, fullyQualifiedName: fqn, displayName: `${name} Test Connection`, steps: described })
}
