import type { z } from 'zod'
import type { Shape } from '../expression/shape-problems.ts'
import { type Described, describe } from './described.ts'
import type { FieldMeta } from './field.ts'
import { plainSchema } from './plain-schema.ts'
import { TEXT_RULES } from './text-rules.ts'

/** The part of JSON Schema that our schemas come to, with our own keys. */
interface Schema extends Partial<FieldMeta> {
  readonly type?: string | readonly string[]
  readonly enum?: readonly (string | null)[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly pattern?: string
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly required?: readonly string[]
}

const KINDS: Readonly<Record<string, string>> = { string: 'string', integer: 'float64', number: 'float64', boolean: 'bool', object: 'map', array: 'slice' }
const WORDS: Readonly<Record<string, string>> = { string: 'a text', number: 'a number', boolean: 'true or false', object: 'a map', array: 'a list' }
const TAKEN_AWAY = "is null, which takes the chart's own away. Leave the line out to have that, or give a value"

/** What values of a schema must look like, as the chart's own check judges and tells it. */
export function shapeOf(schema: z.ZodType, noun: string): Shape {
  return shapeFor(plainSchema(schema) as Schema, { noun, isSwitched: false })
}

/** What is known on the way down: what a key is called, and whether something round it can be switched off. */
interface Way {
  readonly noun: string
  readonly isSwitched: boolean
}

function shapeFor(schema: Schema, way: Way): Shape {
  const types = [schema.type ?? []].flat().filter((type) => type !== 'null')
  if (types.length === 0) return {}
  const { items, isNeeded } = schema
  return {
    kinds: [...new Set(types.map((type) => KINDS[type] ?? type))],
    rule: ruleFor(schema, types),
    ...mendFor(schema, types),
    ...limitsOf(schema, types),
    ...mapPartsOf(schema, way),
    ...(items === undefined ? {} : { items: partShape(items, way) }),
    ...(isNeeded === true ? { ifNull: TAKEN_AWAY, isRequired: true, ...(way.isSwitched ? { isNeededWhileOn: true } : {}) } : {}),
  }
}

/** In a list, or a map without fixed keys, null stands for nothing that anybody could mean, unless it says so. */
function partShape(part: Schema, way: Way): Shape {
  const shape = shapeFor(part, way)
  const isNullable = [part.type ?? []].flat().includes('null')
  return shape.rule === undefined || isNullable ? shape : { ...shape, ifNull: `is null, and ${shape.rule}` }
}

function ruleFor(schema: Schema, types: readonly string[]): string {
  const { rule, enum: options, minimum, maximum, minLength } = schema
  const isOne = types.every((type) => type !== 'object' && type !== 'array')
  if (options !== undefined) return `must be one of ${options.filter((option) => option !== null).join(', ')}`
  if (rule !== undefined && isOne) return TEXT_RULES[rule].message
  if (types.includes('integer') && types.length === 1) {
    if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER) return `must be a whole number from ${minimum} to ${maximum}`
    return `must be a whole number${minimum === undefined ? '' : `, ${minimum} or more`}`
  }
  if (minLength !== undefined) return 'must be a text that is not empty'
  return `must be ${[...new Set(types.map((type) => WORDS[type === 'integer' ? 'number' : type]))].join(' or ')}`
}

function mendFor(schema: Schema, types: readonly string[]): Pick<Shape, 'mend'> {
  const known = knownKeys(schema)
  const isOnly = (...wanted: string[]): boolean => types.every((type) => wanted.includes(type))
  if (types.includes('array')) return { mend: 'Write each item behind "- ", on a line of its own' }
  if (types.includes('object')) return { mend: known.length > 0 ? `Its keys are ${known.join(', ')}` : 'Write its entries below it, each as key: value' }
  if (isOnly('boolean')) return { mend: 'Write it without quotes' }
  if (isOnly('integer', 'number')) return { mend: 'Write its digits without quotes' }
  return isOnly('string') && schema.enum === undefined && schema.rule === undefined ? { mend: 'Put it in quotes' } : {}
}

function limitsOf({ enum: options, minimum, maximum, pattern, minLength }: Schema, types: readonly string[]): Shape {
  return {
    ...(types.includes('integer') ? { isWhole: true } : {}),
    ...(minimum === undefined ? {} : { least: minimum }),
    ...(maximum === undefined ? {} : { most: maximum }),
    ...(options === undefined ? {} : { options: options.filter((option) => typeof option === 'string') }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(minLength === undefined ? {} : { isTextFilled: true }),
  }
}

function mapPartsOf(schema: Schema, way: Way): Shape {
  const { properties, additionalProperties, required = [] } = schema
  if (properties === undefined) return typeof additionalProperties === 'object' ? { values: partShape(additionalProperties, way) } : {}
  const hasSwitch = properties['enabled'] !== undefined && properties['enabled'].isDead !== true
  const inner = { ...way, isSwitched: way.isSwitched || hasSwitch }
  const keys = Object.entries(properties).map(([key, part]): [string, Shape] => {
    const shape = shapeFor(part, inner)
    return [key, required.includes(key) ? { ...shape, ifNull: 'is missing, and has to be there', isRequired: true } : shape]
  })
  return {
    keys: Object.fromEntries(keys),
    ...(hasSwitch ? { isSwitched: true } : {}),
    ...(additionalProperties === false ? { noun: way.noun, known: knownKeys(schema) } : {}),
  }
}

/** Those that have an effect under their own name. */
function knownKeys({ properties = {} }: Schema): string[] {
  return Object.entries(properties).flatMap(([key, { mend }]) => (mend === undefined ? [key] : []))
}

/** Paths of the keys of which there is one only, by their name in lower case: for keys in the wrong place. */
export function pathsByKey(schema: z.ZodType): Readonly<Record<string, string>> {
  const all = allOf(describe(schema)).filter(({ mend }) => mend === undefined)
  const counts = Map.groupBy(all, ({ key }) => key.toLowerCase())
  return Object.fromEntries(
    [...counts].flatMap(([key, [first, ...others]]) => (first !== undefined && others.length === 0 ? [[key, first.path.join('.')]] : [])),
  )
}

function allOf(described: readonly Described[]): Described[] {
  return described.flatMap((one) => [one, ...allOf(one.parts ?? [])])
}
