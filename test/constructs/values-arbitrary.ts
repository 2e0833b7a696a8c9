import * as fc from 'fast-check'
import { z } from 'zod'
import type { Json } from '../../constructs/expression/expression.ts'
import { chartValues } from '../../constructs/values/chart-values.ts'

const text = fc.oneof(
  fc.constantFrom('x', 'a b', 'true', '12', '1e6', '"', "'", 'a: b', '{{ .x }}', '# c', 'ü', 'a,b', '*/5 * * * *', 'line\nline'),
  fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/),
)
const scalar: fc.Arbitrary<Json> = fc.oneof(text, fc.integer({ min: 0, max: 2_000_000 }), fc.boolean())
const anything: fc.Arbitrary<Json> = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 2 }),
  fc.dictionary(fc.constantFrom('a', 'b', 'name'), scalar, { maxKeys: 2 }),
)

/** Random values that the schema takes: each part there or not. Made from the schema itself, so that no value is forgotten. */
export const someChartValues: fc.Arbitrary<Json> = valuesWith(0)
/** The same, and many a part is null, which takes a default away. */
export const chartValuesWithNulls: fc.Arbitrary<Json> = valuesWith(1)

/** @param nullWeight how often a part is null, to 12 times that it is not */
function valuesWith(nullWeight: number): fc.Arbitrary<Json> {
  return valueFor(chartValues, nullWeight).filter((values) => chartValues.safeParse(values).success)
}

function valueFor(schema: z.ZodType, nullWeight: number): fc.Arbitrary<Json> {
  const inner = (part: unknown): fc.Arbitrary<Json> => valueFor(part as z.ZodType, nullWeight)
  if (schema instanceof z.ZodOptional) return inner(schema.unwrap())
  if (schema instanceof z.ZodNullable) return fc.oneof({ weight: 12, arbitrary: inner(schema.unwrap()) }, { weight: nullWeight, arbitrary: fc.constant(null) })
  if (schema instanceof z.ZodObject) return mapFor(schema.shape, inner)
  if (schema instanceof z.ZodRecord) return fc.dictionary(fc.stringMatching(/^[a-z][a-z./-]{0,6}[a-z]$/), inner(schema.valueType), { maxKeys: 2 })
  if (schema instanceof z.ZodArray) return fc.array(inner(schema.element), { maxLength: 2 })
  if (schema instanceof z.ZodUnion) return fc.oneof(...schema.options.map(inner))
  return leafFor(schema)
}

function mapFor(shape: Record<string, z.ZodType>, inner: (part: z.ZodType) => fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  const parts = Object.fromEntries(Object.entries(shape).map(([key, part]) => [key, inner(part)]))
  const requiredKeys = Object.entries(shape)
    .filter(([, part]) => !(part instanceof z.ZodOptional))
    .map(([key]) => key)
  return fc.record(parts, { requiredKeys })
}

function leafFor(schema: z.ZodType): fc.Arbitrary<Json> {
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...(schema.options as Json[]))
  if (schema instanceof z.ZodBoolean) return fc.boolean()
  if (schema instanceof z.ZodNumber) return fc.integer({ min: 1, max: 65_535 })
  if (schema instanceof z.ZodString) return patternOf(schema) ?? text
  return anything
}

/** Texts that a pattern of the schema takes; undefined where it has none. */
function patternOf(schema: z.ZodString): fc.Arbitrary<Json> | undefined {
  const { pattern } = z.toJSONSchema(schema, { target: 'draft-7' })
  return pattern === undefined ? undefined : fc.stringMatching(new RegExp(pattern)).filter((sample) => schema.safeParse(sample).success)
}
