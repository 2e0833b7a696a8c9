import { z } from 'zod'
import { isMap } from '../expression/evaluate.ts'
import type { Json } from '../expression/expression.ts'

/**
 * JSON Schema of a zod schema, with our own keys, in the few forms that our values take: a value of several types is one list of
 * types with the limits of each.
 */
export function plainSchema(schema: z.ZodType): Json {
  return simplified(z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }) as Json)
}

function simplified(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(simplified)
  if (!isMap(schema)) return schema
  const parts = Object.entries(schema)
    .filter(([, value]) => value !== Number.MIN_SAFE_INTEGER)
    .map(([key, value]) => [key, simplified(value)])
  return withoutChoice(Object.fromEntries(parts) as { readonly [key: string]: Json })
}

function withoutChoice(schema: { readonly [key: string]: Json }): Json {
  const { anyOf, ...rest } = schema
  if (!Array.isArray(anyOf)) return schema
  const choices = (anyOf as readonly Json[]).filter(isMap).flatMap((choice) => (isSimple(choice) ? [choice] : choicesIn(choice)))
  // Whatever one takes, all take together.
  if (choices.some((choice) => Object.keys(choice).length === 0)) return rest
  const types = choices.flatMap((choice) => [choice['type'] ?? []].flat() as readonly string[])
  if (!choices.every(isSimple) || new Set(types).size < types.length) return { ...rest, anyOf: choices }
  const { type: _type, enum: options, ...limits } = Object.assign({}, ...choices) as { readonly [key: string]: Json }
  return { ...rest, ...limits, type: types, ...(Array.isArray(options) ? { enum: [...options, ...(types.includes('null') ? [null] : [])] } : {}) }
}

/** Each limit (a pattern, a least number, the items of a list) is of one type and means nothing for others. */
function isSimple(choice: { readonly [key: string]: Json }): boolean {
  return choice['type'] !== undefined && choice['anyOf'] === undefined && (choice['enum'] === undefined || choice['type'] === 'string')
}

function choicesIn({ anyOf, ...rest }: { readonly [key: string]: Json }): readonly { readonly [key: string]: Json }[] {
  if (!Array.isArray(anyOf)) return [rest]
  return Object.keys(rest).length === 0 ? (anyOf as readonly Json[]).filter(isMap) : [{ ...rest, anyOf }]
}
