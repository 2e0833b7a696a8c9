/** The source of compiler/merge/merge-keys.ts: what a pod's spec holds, and how its lists merge, by an API server's own description. */

interface Schema {
  readonly 'type'?: string
  readonly 'format'?: string
  readonly '$ref'?: string
  readonly 'allOf'?: readonly Schema[]
  readonly 'oneOf'?: readonly Schema[]
  readonly 'items'?: Schema
  readonly 'additionalProperties'?: Schema
  readonly 'properties'?: Readonly<Record<string, Schema>>
  readonly 'x-kubernetes-patch-strategy'?: string
  readonly 'x-kubernetes-patch-merge-key'?: string
}

type Schemas = Readonly<Record<string, Schema>>

const ROOT = 'io.k8s.api.core.v1.PodSpec'

/** Text of the module, made from the answer to `GET /openapi/v3/api/v1`. */
export function mergeKeysModule(openApi: unknown): string {
  const schemas = (openApi as { readonly components: { readonly schemas: Schemas } }).components.schemas
  const types = reachable(schemas, ROOT).toSorted((a, b) => (shortName(a) < shortName(b) ? -1 : 1))
  const names = types.map(shortName)
  if (new Set(names).size !== names.length) throw new Error('two types have the same short name')
  return [
    '/**',
    " * The objects inside a pod's spec, `field:shape` for each field: a scalar, the name of another object, `[]` a list, `{}` a map; `@key` marks",
    ' * a list that merges by that key, `@` alone one that merges by its values. Made by test/compiler/tools/merge-keys/write-merge-keys.ts.',
    ' */',
    'export const OBJECT_FIELDS = {',
    ...types.map((type) => entry(shortName(type), fields(schemas, schemas[type] ?? {}))),
    '} as const',
    '',
  ].join('\n')
}

const LINE_WIDTH = 160

/** As the formatter lays it out. */
function entry(name: string, value: string): string {
  const line = `  ${name}: '${value}',`
  return line.length <= LINE_WIDTH ? line : `  ${name}:\n    '${value}',`
}

function reachable(schemas: Schemas, root: string, seen = new Set<string>()): string[] {
  const schema = schemas[root]
  if (schema?.properties === undefined || seen.has(root)) return []
  seen.add(root)
  const referred = Object.values(schema.properties).map((field) => refOf(field) ?? refOf(field.items ?? {}) ?? refOf(field.additionalProperties ?? {}))
  return [root, ...referred.flatMap((ref) => (ref === undefined ? [] : reachable(schemas, ref, seen)))]
}

function fields(schemas: Schemas, { properties = {} }: Schema): string {
  return Object.keys(properties)
    .toSorted()
    .map((name) => `${name}:${shape(schemas, properties[name] ?? {})}`)
    .join(' ')
}

function shape(schemas: Schemas, schema: Schema): string {
  if (schema.type === 'array') return `${shape(schemas, schema.items ?? {})}[]${merging(schema)}`
  if (schema.type === 'object' && schema.additionalProperties !== undefined) return `${shape(schemas, schema.additionalProperties)}{}`
  const ref = refOf(schema)
  if (ref === undefined) return scalar(schema)
  const referred = schemas[ref] ?? {}
  if (referred.properties !== undefined) return shortName(ref)
  if (ref.endsWith('.Quantity')) return 'quantity'
  if (ref.endsWith('.IntOrString')) return 'intOrString'
  return scalar(referred)
}

function merging(schema: Schema): string {
  const strategies = schema['x-kubernetes-patch-strategy']?.split(',') ?? []
  return strategies.includes('merge') ? `@${schema['x-kubernetes-patch-merge-key'] ?? ''}` : ''
}

function scalar({ type }: Schema): string {
  if (type === 'string' || type === 'boolean' || type === 'integer' || type === 'number') return type
  if (type === 'object') return 'any'
  throw new Error(`no shape is known for the type ${type}`)
}

function refOf({ $ref, allOf }: Schema): string | undefined {
  return ($ref ?? allOf?.[0]?.$ref)?.replace('#/components/schemas/', '')
}

function shortName(type: string): string {
  return type.slice(type.lastIndexOf('.') + 1)
}
