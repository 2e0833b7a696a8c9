import type { PendingReason } from '../observe/pending-reason.ts'
import type { Refusal } from '../observe/refusal.ts'

/**
 * The starts that were refused for now, by run: a quota, a webhook that is down, a right that is missing. Kept in memory alone: a
 * runner that is started anew learns it from its next try, and counts from there.
 */
export class Refusals {
  readonly #refusals = new Map<string, Refusal>()

  of(record: string): Refusal | undefined {
    return this.#refusals.get(record)
  }

  /** Another reason in place of the first does not give the time anew. */
  note(record: string, pending: PendingReason, nowMs: number): void {
    this.#refusals.set(record, { pending, sinceMs: this.#refusals.get(record)?.sinceMs ?? nowMs })
  }

  forget(record: string): void {
    this.#refusals.delete(record)
  }

  forgetAll(): void {
    this.#refusals.clear()
  }
}
