import type { Result } from '../../compiler/result.ts'
import type { SecretProblem, STORES } from '../../compiler/secrets-report.ts'

export type StoreName = (typeof STORES)[number]

/** Why a secret could not be read. */
export interface SecretTrouble {
  readonly problem: SecretProblem
  /** Names the secret, the store, and the permission or the step that mends it. Never a value. */
  readonly message: string
  /** The store's wish for how long to leave it alone. */
  readonly retryAfterMs?: number
}

/** A place where values of secrets lie. */
export interface SecretStore {
  readonly store: StoreName
  /**
   * The value under that name, as it is: what looks like JSON or stands in quotes is no more than text.
   *
   * Guarantees: one try, which the signal ends; never throws for what the store, the network or the credentials do.
   */
  read(name: string, signal: AbortSignal): Promise<Result<string, SecretTrouble>>
  /** What the name alone tells that is worth saying, though the secret is there. */
  warning?(name: string): string | undefined
}

/** A text from outside in a sentence: in quotes, on one line, and not endless. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 199)}…` : text)
}

/** What a store itself said, where that is known to hold no value. */
export function saying(who: string, text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line === '' ? '' : `. ${who} says: ${line.length > 400 ? `${line.slice(0, 399)}…` : line}`
}
