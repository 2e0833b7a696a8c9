import { z } from 'zod'
import type { Json } from '../expression/expression.ts'
import { TEXT_RULES, type TextRuleName } from './text-rules.ts'

/** What is known of one value beside its type. Stands in the schema, in values.yaml and in the table of the chart's README. */
export interface FieldMeta {
  readonly description: string
  /** As values.yaml gives it; without one the value is shown there as a comment. */
  readonly default?: Json
  /** Shown in values.yaml where there is no default. */
  readonly example?: Json
  /** The value is accepted, has no effect or another name, and this says what to do. */
  readonly mend?: string
  /** How a text must look; of a list, each of its texts. */
  readonly rule?: TextRuleName
  /** An empty text is refused, and null, which takes the default away. */
  readonly isNeeded?: boolean
  /** It has no effect at all. */
  readonly isDead?: boolean
}

type Details = Omit<FieldMeta, 'description'>

/** One value. Null is absence, as Helm has it. */
export function field<T extends z.ZodType>(schema: T, description: string, details: Details = {}) {
  return schema.nullish().meta({ description, ...details })
}

/** A map of values with fixed keys. */
export function section<T extends z.core.$ZodShape>(description: string, shape: T, details: Pick<Details, 'isNeeded'> = {}) {
  return z
    .strictObject(shape)
    .nullish()
    .meta({ description, ...details })
}

/** A value that a vendor's chart took and this one has no use for. */
export function without(mend: string, schema: z.ZodType = z.unknown()) {
  return schema.nullish().meta({ description: `Without effect: ${mend}.`, mend, isDead: true })
}

export const text = z.string()
/** A name or tag, which the charts before this one took as a number, too: `agentId: 42`. A fraction, whose last zeros YAML has lost, is refused by a check. */
export const word = z.union([z.string(), z.number().min(0)])
export const flag = z.boolean()
/** A flag that charts before this one wanted in quotes: the rule is `flag`. */
export const quotedFlag = z.union([z.boolean(), z.string()])
export const whole = z.number().int().min(0)
/** A whole number that charts before this one took in quotes, too: the rule is `whole`, or `number` where it is one to Kubernetes. */
export const quotedWhole = z.union([z.number().int().min(0), z.string()])
export const port = z.number().int().min(1).max(65_535)
/** A port, also in quotes: the rule is `port`. */
export const quotedPort = z.union([z.string(), port])
export const stringMap = z.record(z.string(), z.string())
/** A Kubernetes object's part, which the API server judges. */
export const free = z.record(z.string(), z.unknown())
export const freeList = z.array(free)
/** The rule is `quantity`. */
export const quantity = z.union([z.string(), z.number()])
/** A text inside a list or a map, which the checks of texts do not reach. */
function ruled(rule: TextRuleName, mayBeEmpty = false) {
  return z
    .string()
    .regex(new RegExp(`^(${TEXT_RULES[rule].pattern})${mayBeEmpty ? '?' : ''}$`))
    .meta({ rule })
}

const amount = z
  .union([ruled('quantity'), z.number().min(0)])
  .nullable()
  .meta({ rule: 'quantity' satisfies TextRuleName })
const amounts = z.record(z.string(), amount).nullish()
/** What a container reserves and may use. */
export const resources = z.strictObject({ limits: amounts, requests: amounts, claims: freeList.nullish() })
/** Charts before this one had one without a name as their default, which Kubernetes takes and passes over. */
export const names = z.array(z.strictObject({ name: ruled('name', true) }))
export const environment = z.array(z.looseObject({ name: z.string().min(1), value: z.string().nullish() }))
