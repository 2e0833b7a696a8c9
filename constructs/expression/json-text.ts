import type { Json } from './expression.ts'

/** JSON as Go writes it: keys in order, and what HTML would read escaped. */
export function goJson(value: Json): string {
  return JSON.stringify(sorted(value)).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  // Go orders by bytes, which for UTF-8 is the order of the code points.
  const keys = Object.keys(value).toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
  return Object.fromEntries(keys.map((key) => [key, sorted((value as Readonly<Record<string, Json>>)[key] ?? null)]))
}
