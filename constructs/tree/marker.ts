import type { Expression, Json } from '../expression/expression.ts'
import type { Shape } from './tree.ts'

/**
 * Expressions inside the objects that cdk8s synthesizes.
 *
 * cdk8s passes strings through as they are and knows nothing of values. So an expression is a string that holds itself as JSON
 * between two characters that no JSON and no Kubernetes object holds; it may stand alone or inside another text, and the types of
 * the object take it for what its value will be.
 */
export type Mark =
  | { readonly mark: 'expression'; readonly expression: Expression; readonly shape: Shape }
  | { readonly mark: 'when'; readonly condition: Expression; readonly tree: Json }
  | { readonly mark: 'itemsOf'; readonly list: Expression }
  | { readonly mark: 'shared'; readonly name: string; readonly items: Json }
  | { readonly mark: 'entriesOf'; readonly map: Expression }
  | { readonly mark: 'each'; readonly list: Expression; readonly variable: string; readonly item: Json; readonly condition: Expression | null }

const OPEN = '\u0001'
const CLOSE = '\u0002'
const MARK = new RegExp(`${OPEN}([^${CLOSE}]*)${CLOSE}`)

export function marked(mark: Mark): string {
  return `${OPEN}${JSON.stringify(mark)}${CLOSE}`
}

/** A text in its parts: plain ones, and marks. */
export function partsOf(text: string): (string | Mark)[] {
  return text
    .split(MARK)
    .map((part, index): string | Mark => (index % 2 === 0 ? part : (JSON.parse(part) as Mark)))
    .filter((part) => part !== '')
}
