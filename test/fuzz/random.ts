import { randomFrom as numbersFrom } from '../support/random-from.ts'

/** Chance from a seed: the same seed gives the same choices. */
export interface Random {
  /** A whole number below `limit`. */
  below(limit: number): number
  pick<T>(items: readonly T[]): T
  /** True in one of so many cases. */
  oneIn(count: number): boolean
}

export function randomFrom(seed: number): Random {
  const next = numbersFrom(seed)
  const below = (limit: number): number => Math.floor(next() * limit)
  return { below, pick: (items) => items[below(items.length)] as (typeof items)[number], oneIn: (count) => below(count) === 0 }
}
