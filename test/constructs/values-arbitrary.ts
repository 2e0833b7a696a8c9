import * as fc from 'fast-check'
import { z } from 'zod'
import { isMap } from '../../constructs/expression/evaluate.ts'
import type { Json } from '../../constructs/expression/expression.ts'
import { chartValues } from '../../constructs/values/chart-values.ts'
import { TEXT_RULES, type TextRuleName } from '../../constructs/values/text-rules.ts'

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

/** Tables by pipeline type, most of them right under either executor. */
export const someTable: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc
      .dictionary(
        fc.constantFrom('metadata', 'profiler', 'default', 'a b', 'é<'),
        fc.record(
          {
            nodeSelector: fc.dictionary(
              fc.constantFrom('disk', 'zone'),
              fc.stringMatching(/^[A-Z0-9_.]{0,3}[a-z0-9]$/).map((value) => value.replace(/^[_.]+/, '')),
            ),
            priorityClass: fc.stringMatching(/^[a-z]{1,3}(\.[0-9])?$/),
            resources: fc.constant({ limits: { cpu: 2 } }),
            toleration: fc.constantFrom('x', '12', 'true', 'A_b.c'),
            tolerations: fc.array(fc.constant({ key: 'a', operator: 'Exists' }), { maxLength: 2 }),
          },
          { requiredKeys: [] },
        ),
      )
      .map((table) => JSON.stringify(table)),
  },
  { weight: 1, arbitrary: fc.constantFrom('', '$(TABLE)', '{', '[1]', 'null', '{"a": 1e999}') },
  {
    weight: 1,
    arbitrary: fc
      .dictionary(
        fc.constantFrom('a', 'b', 'Error'),
        fc.dictionary(fc.constantFrom('nodeSelector', 'tolerations', 'toleration', 'affinity', 'resources', 'other'), fc.jsonValue({ maxDepth: 2 })),
      )
      .map((table) => JSON.stringify(table)),
  },
)

/** Random values that the schema takes: each part there or not. Made from the schema itself, so that no value is forgotten. */
export const someChartValues: fc.Arbitrary<Json> = valuesWith(0)
/** The same, and many a part is null, which takes a default away. */
export const chartValuesWithNulls: fc.Arbitrary<Json> = valuesWith(1)

/** @param nullWeight how often a part is null, to 12 times that it is not */
function valuesWith(nullWeight: number): fc.Arbitrary<Json> {
  return valueFor(chartValues, { nullWeight })
    .map(withOneBound)
    .filter((values) => chartValues.safeParse(values).success)
}

/** A disruption budget takes one of its bounds: nearly all random ones would have both. */
function withOneBound(values: Json): Json {
  if (!isMap(values) || !isMap(values['podDisruptionBudget'] ?? null)) return values
  const { maxUnavailable: _maxUnavailable, ...budget } = values['podDisruptionBudget'] as Readonly<Record<string, Json>>
  return (budget['minAvailable'] ?? '') === '' ? values : { ...values, podDisruptionBudget: budget }
}

/** What is known on the way down: how often a part is null, and the rule for a text. */
interface Way {
  readonly nullWeight: number
  readonly rule?: TextRuleName
}

function valueFor(schema: z.ZodType, above: Way): fc.Arbitrary<Json> {
  const { rule } = (schema.meta() ?? {}) as { readonly rule?: TextRuleName }
  const way = rule === undefined ? above : { ...above, rule }
  const inner = (part: unknown): fc.Arbitrary<Json> => valueFor(part as z.ZodType, way)
  if (schema instanceof z.ZodOptional) return inner(schema.unwrap())
  if (schema instanceof z.ZodNullable)
    return fc.oneof({ weight: 12, arbitrary: inner(schema.unwrap()) }, { weight: way.nullWeight, arbitrary: fc.constant(null) })
  if (schema instanceof z.ZodObject) return mapFor(schema.shape, inner)
  if (schema instanceof z.ZodRecord && way.rule === 'labels')
    return fc.dictionary(fc.stringMatching(/^[a-z]{1,5}(\/[a-z]{1,3})?$/), fc.stringMatching(/^[A-Za-z0-9]{0,5}$/), { maxKeys: 2 })
  if (schema instanceof z.ZodRecord) return fc.dictionary(fc.stringMatching(/^[a-z][a-z./-]{0,6}[a-z]$/), inner(schema.valueType), { maxKeys: 2 })
  if (schema instanceof z.ZodArray) return fc.array(inner(schema.element), { maxLength: 2 })
  if (schema instanceof z.ZodUnion) return fc.oneof(...schema.options.map(inner))
  return leafFor(schema, way)
}

function mapFor(shape: Record<string, z.ZodType>, inner: (part: z.ZodType) => fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  const parts = Object.fromEntries(Object.entries(shape).map(([key, part]) => [key, key === 'additionalPipelineConfigs' ? someTable : inner(part)]))
  const requiredKeys = Object.entries(shape)
    .filter(([, part]) => !(part instanceof z.ZodOptional))
    .map(([key]) => key)
  return fc.record(parts, { requiredKeys })
}

function leafFor(schema: z.ZodType, way: Way): fc.Arbitrary<Json> {
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...(schema.options as Json[]))
  if (schema instanceof z.ZodBoolean) return fc.boolean()
  if (schema instanceof z.ZodNumber) return fc.integer({ min: 1, max: 65_535 })
  if (schema instanceof z.ZodString) return textFor(schema, way)
  return anything
}

/** A text by its rule; among nulls also one that is by none, which the checks refuse. */
function textFor(schema: z.ZodString, { rule, nullWeight }: Way): fc.Arbitrary<Json> {
  if (rule === undefined) return patternOf(schema) ?? text
  const ruled = fc.stringMatching(new RegExp(`^(${TEXT_RULES[rule].pattern})$`), { maxLength: 200 })
  return fc.oneof({ weight: 60, arbitrary: ruled }, { weight: nullWeight, arbitrary: text })
}

/** Texts that a pattern of the schema takes; undefined where it has none. */
function patternOf(schema: z.ZodString): fc.Arbitrary<Json> | undefined {
  const { pattern } = z.toJSONSchema(schema, { target: 'draft-7' })
  return pattern === undefined ? undefined : fc.stringMatching(new RegExp(pattern)).filter((sample) => schema.safeParse(sample).success)
}
