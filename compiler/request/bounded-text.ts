import { z } from 'zod'

/**
 * Asks a length of text alone. zod asks it of whatever has a `length`, also after it has found that this is no text, and throws when that
 * length is an object that cannot be compared.
 */
const OF_TEXT: object = { when: ({ value }: { readonly value: unknown }) => typeof value === 'string' }

export function nonEmptyText() {
  return z.string().check(z.minLength(1, { error: 'must not be empty', ...OF_TEXT }))
}

export function atMost(maxLength: number) {
  return z.maxLength(maxLength, { error: `must have at most ${maxLength} characters`, ...OF_TEXT })
}
