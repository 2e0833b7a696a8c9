import type { Expression } from '../expression/expression.ts'

/** Something that was set and does not do what it says, told after each install. */
export interface Warning {
  readonly when: Expression
  readonly text: string | Expression
}
