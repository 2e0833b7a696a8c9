import type { Expression } from '../expression/expression.ts'

/** Something that stops an install: what is wrong, by its path, and the mend; or the lines that say so, where they are computed. */
export type Check = {
  readonly when: Expression
  /** Something is missing, which is no fault of a chart without anybody's values. */
  readonly isAbsence?: boolean
} & ({ readonly path: string; readonly message: string } | { readonly problems: Expression })
