import type { Json } from '../../../constructs/expression/expression.ts'
import type { Rendering } from './rendering.ts'

/** Something that is wrong with the vendor's chart, by its number in docs/migrating.md, and what shows that it is not wrong here. */
export type Defect = { readonly number: number; readonly here: string } & (
  | {
      /** Laid over the minimum that an install needs. */
      readonly values: Json
      readonly holds: (rendering: Rendering) => void
    }
  | {
      /** Another test shows it: its file, and words of its title. */
      readonly seenIn: string
      readonly title: string
    }
)
