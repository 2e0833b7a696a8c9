import type { Json } from './expression.ts'

/** What a Go template takes for true: everything but false, zero, nothing and what is empty. */
export function isTruthy(value: Json): boolean {
  if (value === null || value === false || value === 0 || value === '') return false
  if (Array.isArray(value)) return value.length > 0
  return typeof value !== 'object' || Object.keys(value).length > 0
}
