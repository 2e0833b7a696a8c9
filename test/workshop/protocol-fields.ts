import type { JsonSchema } from './protocol-schema.ts'

/** One field of a schema, as a table shows it. */
export interface SchemaField {
  /** `ingestionPipeline.airflowConfig.retries`, `runs[].runId`. */
  readonly path: string
  readonly type: string
  readonly isRequired: boolean
  readonly description: string
}

/** Every field of an object's schema, each before what it holds. Alternatives are laid over each other: required is what all of them require. */
export function fieldsOf(schema: JsonSchema, prefix = ''): SchemaField[] {
  return [...mergedProperties(schema)].flatMap(([name, { alternatives, isRequired }]) => {
    const path = `${prefix}${name}`
    const description = alternatives
      .flatMap((one) => [one, ...branchesOf(one)])
      .map((one) => one['description'])
      .filter((text) => typeof text === 'string')
    const field = { path, type: typeOf(alternatives), isRequired, description: [...new Set(description)].join(' ') }
    const inner = alternatives.flatMap((one) => [
      ...fieldsOf(one, `${path}.`),
      ...[one, ...branchesOf(one)].flatMap(({ items }) => (isSchema(items) ? fieldsOf(items, `${path}[].`) : [])),
    ])
    return [field, ...distinct(inner)]
  })
}

interface Property {
  readonly alternatives: readonly JsonSchema[]
  readonly isRequired: boolean
}

function mergedProperties(schema: JsonSchema): Map<string, Property> {
  const own = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>)
  const required = (schema['required'] ?? []) as readonly string[]
  const merged = new Map<string, Property>(own.map(([name, property]) => [name, { alternatives: [property], isRequired: required.includes(name) }]))
  const branches = branchesOf(schema).filter(({ type }) => type !== 'null')
  const isChoice = schema['anyOf'] !== undefined && branches.length > 1
  const maps = branches.map(mergedProperties)
  for (const map of maps) {
    for (const [name, { alternatives, isRequired }] of map) {
      const known = merged.get(name)
      const everywhere = isChoice ? maps.every((other) => other.get(name)?.isRequired === true) : isRequired || known?.isRequired === true
      merged.set(name, { alternatives: [...(known?.alternatives ?? []), ...alternatives], isRequired: everywhere })
    }
  }
  return merged
}

function branchesOf(schema: JsonSchema): readonly JsonSchema[] {
  return ['anyOf', 'allOf', 'oneOf'].flatMap((key) => (schema[key] ?? []) as readonly JsonSchema[])
}

function typeOf(alternatives: readonly JsonSchema[]): string {
  const types = new Set(alternatives.flatMap(typesOf))
  types.delete('null')
  return types.size === 0 ? 'anything' : [...types].join(' or ')
}

function typesOf(schema: JsonSchema): readonly string[] {
  const { type, format, items } = schema
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => `\`${value}\``)
  if (type === 'string') return [format === 'uuid' ? 'UUID' : 'string']
  if (type === 'array') return [isSchema(items) ? `list of ${typesOf(items)[0] ?? 'anything'}s` : 'list']
  if (typeof type === 'string') return [type]
  if (Array.isArray(type)) return type.map(String)
  return branchesOf(schema).flatMap(typesOf)
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null
}

function distinct(fields: readonly SchemaField[]): SchemaField[] {
  return fields.filter(({ path }, index) => fields.findIndex((other) => other.path === path) === index)
}
