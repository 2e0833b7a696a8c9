/** A beginning of some bytes that stays whole as text. */
export interface Fit {
  /** Bytes of it. */
  readonly length: number
  /** Bytes that it takes at most inside a JSON string. */
  readonly encodedBytes: number
  /** What follows is the beginning of a character that the bytes break off in. */
  readonly isCutOff: boolean
}

/** JSON writes a control character as `\u0000`, five of them shorter. */
const CONTROL_BYTES = 6
const SHORT_CONTROLS = new Set([0x08, 0x09, 0x0a, 0x0c, 0x0d])
const QUOTE = 0x22
const BACKSLASH = 0x5c
/** What is no UTF-8 becomes U+FFFD, which takes three bytes. */
const REPLACEMENT_BYTES = 3

/**
 * How much of these bytes fits into `budget` bytes of a JSON string. Pure.
 *
 * Guarantees: no character is split, and decoding the beginning alone gives the beginning of what decoding the whole gives.
 */
export function fitEncoded(bytes: Uint8Array, budget: number): Fit {
  let length = 0
  let encodedBytes = 0
  while (length < bytes.length) {
    const character = characterAt(bytes, length)
    if (character === undefined) return { length, encodedBytes, isCutOff: true }
    const cost = character.isValid ? encodedCost(bytes[length] ?? 0, character.width) : REPLACEMENT_BYTES
    if (encodedBytes + cost > budget) break
    encodedBytes += cost
    length += character.width
  }
  return { length, encodedBytes, isCutOff: false }
}

function encodedCost(byte: number, width: number): number {
  if (width > 1) return width
  if (byte === QUOTE || byte === BACKSLASH || SHORT_CONTROLS.has(byte)) return 2
  return byte < 0x20 ? CONTROL_BYTES : 1
}

interface Character {
  readonly width: number
  readonly isValid: boolean
}

/** The character that begins here, or the bytes that a decoder replaces as one (Unicode 15, table 3-7); undefined when it is cut off. */
function characterAt(bytes: Uint8Array, at: number): Character | undefined {
  const lead = bytes[at] ?? 0
  if (lead < 0x80) return { width: 1, isValid: true }
  const width = lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0
  for (let index = 1; index < width; index += 1) {
    const byte = bytes[at + index]
    if (byte === undefined) return undefined
    if (!continues(lead, index, byte)) return { width: index, isValid: false }
  }
  return width === 0 ? { width: 1, isValid: false } : { width, isValid: true }
}

/** Of the second byte some leads allow less: no overlong forms, no surrogates, nothing above U+10FFFF. */
function continues(lead: number, index: number, byte: number): boolean {
  const lowest = index === 1 && lead === 0xe0 ? 0xa0 : index === 1 && lead === 0xf0 ? 0x90 : 0x80
  const highest = index === 1 && lead === 0xed ? 0x9f : index === 1 && lead === 0xf4 ? 0x8f : 0xbf
  return byte >= lowest && byte <= highest
}
