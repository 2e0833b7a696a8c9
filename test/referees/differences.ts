import { isDeepStrictEqual } from 'node:util'

/** One place where our workflow config is not what OpenMetadata's builder makes. */
export interface Difference {
  readonly path: string
  readonly theirs: unknown
  readonly ours: unknown
}

type Json = Readonly<Record<string, unknown>>

/** Where two JSON values differ, as deep as both have the same shape. An absent value is undefined. */
export function differences(theirs: unknown, ours: unknown, path = ''): Difference[] {
  if (isObject(theirs) && isObject(ours)) {
    const keys = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])]
    return keys.flatMap((key) => differences(theirs[key], ours[key], path === '' ? key : `${path}.${key}`))
  }
  return isDeepStrictEqual(theirs, ours) ? [] : [{ path, theirs, ours }]
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
