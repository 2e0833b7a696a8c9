/** As much of a run as its place in the queue depends on. */
export interface Ordered {
  readonly key: string
  readonly acceptedAtMs: number
}

/** So many empty places at the front are worth moving the rest. */
const COMPACT_FROM = 1_024

/** Runs in the order of their acceptance, then of their key. A call takes a binary search; the first leaves, and the last comes, at no cost. */
export class SortedRuns<Run extends Ordered> {
  readonly #runs: (Run | undefined)[] = []
  /** Places before it are empty: those who have left from the front. */
  #begin = 0

  get size(): number {
    return this.#runs.length - this.#begin
  }

  first(): Run | undefined {
    return this.#runs[this.#begin]
  }

  add(run: Run): void {
    const index = this.#placeFor(run)
    if (!this.#isAt(index, run)) this.#runs.splice(index, 0, run)
  }

  remove(run: Ordered): void {
    const index = this.#placeFor(run)
    if (!this.#isAt(index, run)) return
    if (index > this.#begin) this.#runs.splice(index, 1)
    else this.#dropFirst()
  }

  /** -1 for one that is not here. */
  indexOf(run: Ordered): number {
    const index = this.#placeFor(run)
    return this.#isAt(index, run) ? index - this.#begin : -1
  }

  #isAt(index: number, { key, acceptedAtMs }: Ordered): boolean {
    const found = this.#runs[index]
    return found?.key === key && found.acceptedAtMs === acceptedAtMs
  }

  #dropFirst(): void {
    this.#runs[this.#begin] = undefined
    this.#begin += 1
    if (this.#begin < COMPACT_FROM || this.#begin < this.#runs.length / 2) return
    this.#runs.splice(0, this.#begin)
    this.#begin = 0
  }

  /** Where the run stands, or would. */
  #placeFor(run: Ordered): number {
    let [low, high] = [this.#begin, this.#runs.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = this.#runs[middle]
      if (other !== undefined && isBefore(other, run)) low = middle + 1
      else high = middle
    }
    return low
  }
}

export function isBefore(one: Ordered, other: Ordered): boolean {
  return one.acceptedAtMs < other.acceptedAtMs || (one.acceptedAtMs === other.acceptedAtMs && one.key < other.key)
}
