import { SortedRuns } from './sorted-runs.ts'
import type { QueueEntry } from './queue-entry.ts'

interface Lane {
  readonly runs: SortedRuns<QueueEntry>
  /** The one that stands among the heads of its type; undefined while the pipeline is at its limit. */
  head: QueueEntry | undefined
}

/**
 * The runs that wait, so kept that those whose pipeline is at its limit are never looked at: a lane for each pipeline and limit,
 * and for each type the first runs of its open lanes in order.
 */
export class Lanes {
  readonly #isOpen: (entry: QueueEntry) => boolean
  readonly #lanes = new Map<string, Lane>()
  readonly #lanesOfPipeline = new Map<string, Set<string>>()
  readonly #headsOfType = new Map<string, SortedRuns<QueueEntry>>()

  /** @param isOpen whether the entry's pipeline has room for one more run */
  constructor(isOpen: (entry: QueueEntry) => boolean) {
    this.#isOpen = isOpen
  }

  add(entry: QueueEntry): void {
    const key = laneKey(entry)
    let lane = this.#lanes.get(key)
    if (lane === undefined) {
      lane = { runs: new SortedRuns(), head: undefined }
      this.#lanes.set(key, lane)
      const siblings = this.#lanesOfPipeline.get(entry.pipelineId) ?? new Set()
      this.#lanesOfPipeline.set(entry.pipelineId, siblings.add(key))
    }
    lane.runs.add(entry)
    this.#settle(lane)
  }

  remove(entry: QueueEntry): void {
    const key = laneKey(entry)
    const lane = this.#lanes.get(key)
    if (lane === undefined) return
    lane.runs.remove(entry)
    this.#settle(lane)
    if (lane.runs.size > 0) return
    this.#lanes.delete(key)
    const siblings = this.#lanesOfPipeline.get(entry.pipelineId)
    siblings?.delete(key)
    if (siblings?.size === 0) this.#lanesOfPipeline.delete(entry.pipelineId)
  }

  /** To be told whenever the count of a pipeline's active runs has changed. */
  recount(pipelineId: string): void {
    for (const key of this.#lanesOfPipeline.get(pipelineId) ?? []) {
      const lane = this.#lanes.get(key)
      if (lane !== undefined) this.#settle(lane)
    }
  }

  /** The first run of each type whose pipeline has room. */
  *candidates(): Iterable<QueueEntry> {
    for (const heads of this.#headsOfType.values()) {
      const first = heads.first()
      if (first !== undefined) yield first
    }
  }

  /** Puts the lane's first run among the heads of its type, or takes it from there. */
  #settle(lane: Lane): void {
    const first = lane.runs.first()
    const head = first !== undefined && this.#isOpen(first) ? first : undefined
    if (head === lane.head) return
    if (lane.head !== undefined) this.#headsOf(lane.head.type).remove(lane.head)
    if (head !== undefined) this.#headsOf(head.type).add(head)
    lane.head = head
  }

  #headsOf(type: string): SortedRuns<QueueEntry> {
    const heads = this.#headsOfType.get(type) ?? new SortedRuns()
    this.#headsOfType.set(type, heads)
    return heads
  }
}

/** Runs that are held back together. */
function laneKey({ pipelineId, pipelineLimit, type }: QueueEntry): string {
  return `${pipelineLimit} ${type} ${pipelineId}`
}
