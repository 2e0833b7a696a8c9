import type { z } from 'zod'
import type { Json } from '../expression/expression.ts'
import { isMap } from '../expression/evaluate.ts'
import { plainSchema } from '../values/plain-schema.ts'

/** Keys of ours beside JSON Schema's own. */
const OWN_KEYS: readonly string[] = ['example', 'mend', 'rule', 'isDead', 'isNeeded']

const COMMENT =
  "Judges a values file as it is written, in an editor or a pipeline. Helm shows its schema to values that it has laid over the chart's own, which have most sections: those the chart judges itself, in words, in templates/checks."

/**
 * values.schema.json: for a values file as somebody writes it.
 *
 * Where a schema refuses, Helm prints that and nothing else: a path, two types, no mend. So it takes everything from Helm, which alone
 * shows it values with most of the chart's sections, and the chart's own checks judge those.
 *
 * @param sections how many sections values.yaml has
 */
export function valuesSchema(schema: z.ZodType, sections: number): Json {
  const { $schema, ...strict } = withoutOwnKeys(plainSchema(schema)) as { readonly [key: string]: Json }
  return { $schema: $schema ?? null, $comment: COMMENT, if: { type: 'object', minProperties: Math.ceil(sections / 2) }, else: strict }
}

/** The greatest number that JSON writes exactly limits what our own check takes; whoever edits a file is not helped by it. */
function withoutOwnKeys(schema: Json, isProperties = false): Json {
  if (Array.isArray(schema)) return schema.map((one: Json) => withoutOwnKeys(one))
  if (!isMap(schema)) return schema
  const kept = Object.entries(schema).filter(([key, value]) => (isProperties || !OWN_KEYS.includes(key)) && value !== Number.MAX_SAFE_INTEGER)
  return Object.fromEntries(kept.map(([key, value]) => [key, key === 'default' ? value : withoutOwnKeys(value, !isProperties && key === 'properties')]))
}
