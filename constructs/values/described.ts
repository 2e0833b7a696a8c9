import { z } from 'zod'
import type { Json } from '../expression/expression.ts'
import type { FieldMeta } from './field.ts'

/** One value or section of the schema, ready to be written down. */
export interface Described extends FieldMeta {
  readonly key: string
  readonly path: readonly string[]
  /** What may be written, in a word or two. */
  readonly type: string
  /** Absent for a value, which may itself be a map: one with a default of its own. */
  readonly parts?: readonly Described[]
}

/** What a schema of values holds, in its order. */
export function describe(schema: z.ZodType, path: readonly string[] = []): Described[] {
  return Object.entries(shapeOf(schema) ?? {}).map(([key, part]) => {
    const here = [...path, key]
    const meta = (part.meta() ?? {}) as Partial<FieldMeta>
    const isValue = shapeOf(part) === undefined || meta.default !== undefined
    const parts = isValue ? {} : { parts: describe(part, here) }
    return { ...meta, description: meta.description ?? '', key, path: here, type: typeOf(part), ...parts }
  })
}

/** The defaults as values.yaml gives them. */
export function defaultsOf(described: readonly Described[]): { [key: string]: Json } {
  return Object.fromEntries(
    described.flatMap(({ key, parts, default: value }): [string, Json][] => {
      if (parts !== undefined) return Object.keys(defaultsOf(parts)).length === 0 ? [] : [[key, defaultsOf(parts)]]
      return value === undefined ? [] : [[key, value]]
    }),
  )
}

function shapeOf(schema: z.ZodType): Record<string, z.ZodType> | undefined {
  const inner = unwrapped(schema)
  return inner instanceof z.ZodObject ? inner.shape : undefined
}

function unwrapped(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ? unwrapped(schema.unwrap() as z.ZodType) : schema
}

function typeOf(schema: z.ZodType): string {
  const inner = unwrapped(schema)
  if (inner instanceof z.ZodEnum) return inner.options.map((option) => `\`${option}\``).join(', ')
  if (inner instanceof z.ZodUnion) return [...new Set(inner.options.map((option) => typeOf(option as z.ZodType)))].join(' or ')
  if (inner instanceof z.ZodArray) return `list of ${typeOf(inner.element as z.ZodType)}s`
  const names: readonly (readonly [string, boolean])[] = [
    ['text', inner instanceof z.ZodString],
    ['number', inner instanceof z.ZodNumber],
    ['flag', inner instanceof z.ZodBoolean],
    ['map', inner instanceof z.ZodObject || inner instanceof z.ZodRecord],
  ]
  return names.find(([, is]) => is)?.[0] ?? 'anything'
}
