/** How many runs may be active at once: holding a pod, from before its create until its end is seen. */
export interface Limits {
  readonly maxActiveRuns: number
}

export interface QueueEntry {
  readonly key: string
  readonly pipelineId: string
  /** Active runs that this pipeline allows itself. */
  readonly pipelineLimit: number
  readonly acceptedAtMs: number
}

/**
 * Who may start. Runs wait in the order of their acceptance, then of their key; one whose pipeline is at its limit is passed
 * over, the others go on.
 *
 * Pure data: no clock, no effects. The truth is the records and pods in the cluster; this is rebuilt from them.
 */
export class StartQueue {
  readonly #limits: Limits
  readonly #waiting: QueueEntry[] = []
  readonly #active = new Map<string, QueueEntry>()
  readonly #activeOfPipeline = new Map<string, number>()

  constructor(limits: Limits) {
    this.#limits = limits
  }

  holdsSlot(key: string): boolean {
    return this.#active.has(key)
  }

  activeCount(): number {
    return this.#active.size
  }

  waitingCount(): number {
    return this.#waiting.length
  }

  /** Counts from 1; undefined when the run does not wait. */
  placeOf(key: string): number | undefined {
    const index = this.#waiting.findIndex((entry) => entry.key === key)
    return index < 0 ? undefined : index + 1
  }

  /** The run has a pod: it holds a slot whatever the limits say. */
  occupy(entry: QueueEntry): void {
    if (this.#active.has(entry.key)) return
    this.#leaveWaiting(entry.key)
    this.#active.set(entry.key, entry)
    this.#count(entry.pipelineId, 1)
  }

  wait(entry: QueueEntry): void {
    if (this.#active.has(entry.key) || this.#waiting.some(({ key }) => key === entry.key)) return
    const index = this.#waiting.findLastIndex((other) => isBefore(other, entry))
    this.#waiting.splice(index + 1, 0, entry)
  }

  /** The run has ended or is gone. */
  leave(key: string): void {
    this.#leaveWaiting(key)
    const entry = this.#active.get(key)
    if (entry === undefined) return
    this.#active.delete(key)
    this.#count(entry.pipelineId, -1)
  }

  /** Gives slots to all who may start now, and their keys back. */
  admit(): string[] {
    const admitted: string[] = []
    let index = 0
    while (this.#active.size < this.#limits.maxActiveRuns) {
      const entry = this.#waiting[index]
      if (entry === undefined) break
      if ((this.#activeOfPipeline.get(entry.pipelineId) ?? 0) >= entry.pipelineLimit) {
        index += 1
        continue
      }
      // It leaves the list of those that wait: the next one stands at this index then.
      this.occupy(entry)
      admitted.push(entry.key)
    }
    return admitted
  }

  #leaveWaiting(key: string): void {
    const index = this.#waiting.findIndex((entry) => entry.key === key)
    if (index >= 0) this.#waiting.splice(index, 1)
  }

  #count(pipelineId: string, change: number): void {
    const count = (this.#activeOfPipeline.get(pipelineId) ?? 0) + change
    if (count === 0) this.#activeOfPipeline.delete(pipelineId)
    else this.#activeOfPipeline.set(pipelineId, count)
  }
}

function isBefore(one: QueueEntry, other: QueueEntry): boolean {
  return one.acceptedAtMs < other.acceptedAtMs || (one.acceptedAtMs === other.acceptedAtMs && one.key < other.key)
}
