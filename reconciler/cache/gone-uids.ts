import type { V1ObjectMeta } from '@kubernetes/client-node'

/** As many as may go while the answer to one call is under way. */
const KEPT = 1_000

/** Objects that are gone for good: what is heard of them later is old news, such as the answer to our own last patch of one. */
export class GoneUids {
  readonly #uids = new Set<string>()

  /** Of an object that a watch says is gone. Without the time of its deletion it only lost its labels, and may get them back. */
  note({ uid, deletionTimestamp }: V1ObjectMeta = {}): void {
    if (uid === undefined || deletionTimestamp === undefined) return
    this.#uids.add(uid)
    if (this.#uids.size <= KEPT) return
    const [oldest = ''] = this.#uids
    this.#uids.delete(oldest)
  }

  has(uid: string): boolean {
    return this.#uids.has(uid)
  }
}
