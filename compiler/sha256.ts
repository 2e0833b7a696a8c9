import { createHash } from 'node:crypto'

/** SHA-256 of the text's UTF-8 bytes, 64 hex digits. Deterministic, so it may be used where no clock and no randomness may. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
