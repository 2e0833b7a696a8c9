/** Deeper input than this is refused: no pipeline needs it, and a recursive reader would overflow its stack. */
export const MAX_DEPTH = 64

/**
 * JSON text with sorted keys: equal values give equal bytes, whatever order their keys came in.
 *
 * The text is also YAML that a YAML 1.1 reader takes for the same value: characters that it refuses are escaped, and a number
 * with an exponent has a point (`1e-7` would be read as a string).
 *
 * Assumes: no deeper than MAX_DEPTH (`isTooDeep`).
 */
export function stableJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => stableJson(item ?? null)).join(',')}]`
  if (typeof value === 'object' && value !== null) return objectJson(value as Readonly<Record<string, unknown>>)
  if (typeof value === 'string') return stringJson(value)
  if (typeof value === 'number') return numberJson(value)
  return typeof value === 'boolean' ? String(value) : 'null'
}

function objectJson(object: Readonly<Record<string, unknown>>): string {
  const members: string[] = []
  for (const key of Object.keys(object).toSorted()) {
    const value = object[key]
    if (value !== undefined) members.push(`${stringJson(key)}:${stableJson(value)}`)
  }
  return `{${members.join(',')}}`
}

const REFUSED_BY_YAML = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g

function stringJson(text: string): string {
  return JSON.stringify(text).replace(REFUSED_BY_YAML, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function numberJson(value: number): string {
  const text = JSON.stringify(value)
  return /^-?\d+e/.test(text) ? text.replace('e', '.0e') : text
}

/** Whether arrays and objects nest deeper than MAX_DEPTH. Never recurses, so any input may be asked about. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value]
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return true
    const next: unknown[] = []
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue
      for (const child of Object.values(item)) if (typeof child === 'object' && child !== null) next.push(child)
    }
    level = next
  }
  return false
}
