import { z } from 'zod'
import type { Json } from '../expression/expression.ts'
import { isMap } from '../expression/evaluate.ts'

/** Keys of ours beside JSON Schema's own. */
const OWN_KEYS: readonly string[] = ['example', 'mend', 'isDead']

/**
 * values.schema.json, by which Helm judges values before it renders anything.
 *
 * A value that may be null is written as a list of types: of an `anyOf` Helm would only say that none of it fits.
 */
export function valuesSchema(schema: z.ZodType): Json {
  return simplified(z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }) as Json)
}

function simplified(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(simplified)
  if (!isMap(schema)) return schema
  const parts = Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => !(OWN_KEYS.includes(key) && !isMap(value)) || key === 'properties')
      .filter(([, value]) => value !== Number.MAX_SAFE_INTEGER && value !== Number.MIN_SAFE_INTEGER)
      .map(([key, value]) => [key, simplified(value)]),
  )
  return withoutNullChoice(parts)
}

function withoutNullChoice(schema: { readonly [key: string]: Json }): Json {
  const { anyOf, ...rest } = schema
  if (!Array.isArray(anyOf)) return schema
  const choices = (anyOf as readonly Json[]).flatMap((choice) =>
    isMap(choice) && Array.isArray(choice['anyOf']) && Object.keys(choice).length === 1 ? choice['anyOf'] : [choice],
  )
  const real = choices.filter((choice) => !(isMap(choice) && choice['type'] === 'null'))
  const [only] = real
  if (real.length !== 1 || only === undefined || !isMap(only) || real.length === choices.length) return { ...rest, anyOf: choices }
  const { type, enum: options, ...limits } = only
  return {
    ...rest,
    ...limits,
    ...(type === undefined ? {} : { type: [...[type].flat(), 'null'] }),
    ...(Array.isArray(options) ? { enum: [...options, null] } : {}),
  }
}
