/** Longest duration that Go holds, in nanoseconds. */
const MAX_NANOS = 2n ** 63n

const UNIT_NANOS: Readonly<Record<string, bigint>> = {
  'ns': 1n,
  'us': 1000n,
  '\u00b5s': 1000n,
  '\u03bcs': 1000n,
  'ms': 1_000_000n,
  's': 1_000_000_000n,
  'm': 60_000_000_000n,
  'h': 3_600_000_000_000n,
}

/** Digits, a fraction if any, and a unit; at least one digit. */
const PART = /(\d*)(?:\.(\d*))?([^.\d]+)/y

/** Reads a duration as Go does (`1h30m`, `-1.5s`, `0`): in nanoseconds, or undefined where Go cannot. */
export function goDurationNanos(text: string): bigint | undefined {
  const sign = /^[-+]/.exec(text)?.[0] ?? ''
  const rest = text.slice(sign.length)
  if (rest === '0') return 0n
  if (rest === '') return undefined
  let total = 0n
  let position = 0
  while (position < rest.length) {
    PART.lastIndex = position
    const [part, digits = '', fraction = '', unit = ''] = PART.exec(rest) ?? []
    const nanos = part === undefined || `${digits}${fraction}` === '' ? undefined : partNanos(digits, fraction, unit)
    if (part === undefined || nanos === undefined) return undefined
    total += nanos
    if (total > MAX_NANOS) return undefined
    position += part.length
  }
  if (sign === '-') return -total
  return total === MAX_NANOS ? undefined : total
}

function partNanos(digits: string, fraction: string, unit: string): bigint | undefined {
  const unitNanos = Object.hasOwn(UNIT_NANOS, unit) ? UNIT_NANOS[unit] : undefined
  const significant = digits.replace(/^0+/, '')
  if (unitNanos === undefined || significant.length > 19) return undefined
  const whole = BigInt(significant) * unitNanos
  const nanos = whole + fractionNanos(fraction, unitNanos)
  return whole > MAX_NANOS || nanos > MAX_NANOS ? undefined : nanos
}

/** Go multiplies fractions as 64-bit floats, and drops digits that no longer fit an int64. */
function fractionNanos(fraction: string, unitNanos: bigint): bigint {
  let digits = 0n
  let scale = 1
  for (const digit of fraction) {
    const next = digits * 10n + BigInt(digit)
    if (digits > (MAX_NANOS - 1n) / 10n || next > MAX_NANOS) break
    digits = next
    scale *= 10
  }
  return digits === 0n ? 0n : BigInt(Math.trunc(Number(digits) * (Number(unitNanos) / scale)))
}
