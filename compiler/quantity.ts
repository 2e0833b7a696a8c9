import { err, ok } from './result.ts'
import type { Result } from './result.ts'

/** An amount in units of 10^-9. */
export type Nanos = bigint

const QUANTITY = /^([+-]?)(\d+\.?\d*|\.\d+)(?:([eE])([+-]?\d+)|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei))?$/

const DECIMAL_EXPONENTS: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const BINARY_EXPONENTS: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n }

const NANOS_IN_ONE = 10n ** 9n
const LARGEST_BINARY: Nanos = (2n ** 63n - 1n) * NANOS_IN_ONE
/** Beyond any amount that means something; keeps a number such as 1e999999999 from filling the memory. */
const MAX_EXPONENT = 1000
const MAX_LENGTH = 64

/**
 * Reads a resource quantity as Kubernetes does: `500m`, `1.5Gi`, `2e3`, `.5`.
 *
 * As there, what is finer than 10^-9 is rounded up (away from zero), and an amount with a binary suffix is cut to 2^63-1. `1E` is
 * exa, `1e3` an exponent; there is no `K`. Stricter in one thing: a suffix without a digit, which Kubernetes takes for zero, is a
 * slip of the pen.
 */
export function parseQuantity(text: string): Result<Nanos, string> {
  const match = text.length <= MAX_LENGTH ? QUANTITY.exec(text) : null
  if (match === null) return err('must be a Kubernetes quantity such as 500m, 2, 1.5Gi or 4096Mi (suffixes n u m k M G T P E and Ki Mi Gi Ti Pi Ei)')
  const [, sign, number = '', exponentMark, exponent = '0', suffix = ''] = match
  const [whole = '', fraction = ''] = number.split('.')
  const digits = BigInt(`${whole}${fraction}` || '0')
  const scale = 9 - fraction.length + (exponentMark === undefined ? (DECIMAL_EXPONENTS[suffix] ?? 0) : clamp(Number(exponent)))
  const binaryExponent = BINARY_EXPONENTS[suffix]
  const amount = digits << (binaryExponent ?? 0n)
  const nanos = scale >= 0 ? amount * 10n ** BigInt(scale) : divideRoundingUp(amount, 10n ** BigInt(-scale))
  const bounded = binaryExponent !== undefined && nanos > LARGEST_BINARY ? LARGEST_BINARY : nanos
  return ok(sign === '-' ? -bounded : bounded)
}

/** Whether the amount is a whole number, as extended resources (`nvidia.com/gpu`) must be. */
export function isWhole(nanos: Nanos): boolean {
  return nanos % NANOS_IN_ONE === 0n
}

function clamp(exponent: number): number {
  return Math.max(-MAX_EXPONENT, Math.min(MAX_EXPONENT, exponent))
}

function divideRoundingUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor
}
