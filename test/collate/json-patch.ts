import { z } from 'zod'

/** The part of RFC 6902 that OpenMetadata's clients send. */
export const jsonPatch = z.array(
  z.discriminatedUnion('op', [
    z.object({ op: z.literal('add'), path: z.string(), value: z.unknown() }),
    z.object({ op: z.literal('replace'), path: z.string(), value: z.unknown() }),
    z.object({ op: z.literal('remove'), path: z.string() }),
    z.object({ op: z.literal('test'), path: z.string(), value: z.unknown() }),
  ]),
)
export type JsonPatch = z.infer<typeof jsonPatch>

export class PatchFailed extends Error {
  override name = 'PatchFailed'
}

/** A copy of `document` with every operation applied. Throws a `PatchFailed` that names the first one that cannot be. */
export function applyPatch(document: unknown, patch: JsonPatch): unknown {
  const root = { '': structuredClone(document) }
  for (const operation of patch) applyOne(root, operation)
  return root['']
}

type Container = Record<string, unknown> | unknown[]

function applyOne(root: Record<string, unknown>, operation: JsonPatch[number]): void {
  const keys = ['', ...operation.path.split('/').slice(1).map(unescapeKey)]
  const last = keys.pop() ?? ''
  const parent = keys.reduce<unknown>((at, key) => (isContainer(at) ? read(at, key) : undefined), root)
  if (!isContainer(parent)) throw new PatchFailed(`${operation.op} ${operation.path}: there is no such place`)
  if (operation.op === 'add') return add(parent, last, operation.value)
  if (read(parent, last) === undefined) throw new PatchFailed(`${operation.op} ${operation.path}: there is no such value`)
  if (operation.op === 'remove') return remove(parent, last)
  if (operation.op === 'replace') return put(parent, last, operation.value)
  if (JSON.stringify(read(parent, last)) !== JSON.stringify(operation.value)) {
    throw new PatchFailed(`test ${operation.path}: the value is another one`)
  }
}

const unescapeKey = (key: string): string => key.replaceAll('~1', '/').replaceAll('~0', '~')
const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null

function read(at: Container, key: string): unknown {
  if (Array.isArray(at)) return at[Number(key)]
  return Object.hasOwn(at, key) ? at[key] : undefined
}

function put(at: Container, key: string, value: unknown): void {
  if (Array.isArray(at)) at[Number(key)] = value
  else Object.defineProperty(at, key, { value, enumerable: true, configurable: true, writable: true })
}

function add(at: Container, key: string, value: unknown): void {
  if (!Array.isArray(at)) return put(at, key, value)
  const index = key === '-' ? at.length : Number(key)
  if (!Number.isInteger(index) || index < 0 || index > at.length) throw new PatchFailed(`add at index ${key}: there is no such place`)
  at.splice(index, 0, value)
}

function remove(at: Container, key: string): void {
  if (Array.isArray(at)) at.splice(Number(key), 1)
  else delete at[key]
}
