import type { Json } from './expression.ts'
import { type Shape, shapeProblems } from './shape-problems.ts'

const NO_MAP = 'must be JSON, a map with an entry for each pipeline type. Check its quotes, commas and brackets'

/**
 * What is wrong with a table by pipeline type, a line each: the shapes, as far as a template can see them. The runner judges the rest.
 * The same as the named template below.
 *
 * @param shape of the table, a map
 */
export function tableProblems(text: string, path: string, shape: Shape): string {
  const table = mapIn(text)
  return table === undefined ? `${path}: ${NO_MAP}.` : shapeProblems(table, path, shape).join('\n')
}

/** Arguments: the text, its path, the shape of the table. */
export const tableProblemsText = (shapeTemplate: string): string => `
{{- $table := fromJson (index . 0) }}
{{- if or (hasKey $table "Error") (eq (trim (index . 0)) "null") }}{{ printf "%s: ${NO_MAP}." (index . 1) }}
{{- else }}{{ include "${shapeTemplate}" (list $table (index . 1) (index . 2) (dict) false) }}
{{- end }}`

/** As Go reads a map: undefined for what is none, for numbers that it cannot hold, and for the key under which a template finds an error. */
function mapIn(text: string): Readonly<Record<string, Json>> | undefined {
  let isTooLarge = false
  try {
    const value = JSON.parse(text, (_, part: unknown) => {
      isTooLarge ||= typeof part === 'number' && !Number.isFinite(part)
      return part
    }) as Json
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isMap && !isTooLarge && !Object.hasOwn(value, 'Error') ? (value as Readonly<Record<string, Json>>) : undefined
  } catch {
    return undefined
  }
}
