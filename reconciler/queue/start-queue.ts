import { AUTOMATION_TYPE } from '../../compiler/record.ts'
import { countedRuns, hasSlot, type Hold, type Kept, limitOfType, type Limits } from './limits.ts'
import { Lanes } from './lanes.ts'
import type { QueueEntry } from './queue-entry.ts'
import { isBefore, SortedRuns } from './sorted-runs.ts'

/**
 * Who may start. Runs wait in the order of their acceptance, then of their key; one that its pipeline or its type holds back is
 * passed over, the others go on.
 *
 * Pure data: no clock, no effects. The truth is the records and pods in the cluster; this is rebuilt from them. Thousands may wait:
 * no call looks at more of them than may start, and `heldBack` alone at all.
 */
export class StartQueue {
  readonly #limits: Limits
  readonly #waiting = new Map<string, QueueEntry>()
  readonly #order = new SortedRuns<QueueEntry>()
  /** Those of them that are automations. */
  readonly #automations = new SortedRuns<QueueEntry>()
  readonly #lanes = new Lanes((entry) => this.#activeOfPipeline.of(entry.pipelineId) < entry.pipelineLimit)
  readonly #active = new Map<string, QueueEntry>()
  readonly #activeOfPipeline = new Counts()
  readonly #activeOfType = new Counts()

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
    return this.#waiting.size
  }

  /**
   * Counts from 1; undefined when the run does not wait. Of an automation it is the place among automations where they have slots of
   * their own: the next that is free is theirs, whoever else waits.
   */
  placeOf(key: string): number | undefined {
    const entry = this.#waiting.get(key)
    if (entry === undefined) return undefined
    return (this.#hasSlotsOfItsOwn(entry.type) ? this.#automations : this.#order).indexOf(entry) + 1
  }

  /** The narrowest limit that holds a waiting run back; undefined when nothing does: it starts with the next admission. */
  keptBy(key: string): Kept | undefined {
    const entry = this.#waiting.get(key)
    return entry === undefined ? undefined : this.#hold(entry)
  }

  /** How many of those that wait each limit holds back. */
  heldBack(): Readonly<Record<Hold, number>> {
    const counts = { pipeline: 0, type: 0, all: 0 }
    for (const entry of this.#waiting.values()) {
      const kept = this.#hold(entry)
      if (kept !== undefined) counts[kept.by] += 1
    }
    return counts
  }

  /** The run has a pod: it holds a slot whatever the limits say. */
  occupy(entry: QueueEntry): void {
    if (this.#active.has(entry.key)) return
    this.#leaveWaiting(entry.key)
    this.#active.set(entry.key, entry)
    this.#count(entry, 1)
  }

  wait(entry: QueueEntry): void {
    if (this.#active.has(entry.key) || this.#waiting.has(entry.key)) return
    this.#waiting.set(entry.key, entry)
    this.#order.add(entry)
    if (entry.type === AUTOMATION_TYPE) this.#automations.add(entry)
    this.#lanes.add(entry)
  }

  /** The run has ended or is gone. */
  leave(key: string): void {
    this.#leaveWaiting(key)
    const entry = this.#active.get(key)
    if (entry === undefined) return
    this.#active.delete(key)
    this.#count(entry, -1)
  }

  /** Gives slots to all who may start now, and their keys back. */
  admit(): string[] {
    const admitted: string[] = []
    for (;;) {
      const next = this.#next()
      if (next === undefined) return admitted
      this.occupy(next)
      admitted.push(next.key)
    }
  }

  /** The first of those that nothing holds back. */
  #next(): QueueEntry | undefined {
    let next: QueueEntry | undefined
    for (const candidate of this.#lanes.candidates()) {
      if ((next === undefined || isBefore(candidate, next)) && this.#hold(candidate) === undefined) next = candidate
    }
    return next
  }

  #hold({ pipelineId, pipelineLimit, type }: QueueEntry): Kept | undefined {
    const ofPipeline = this.#activeOfPipeline.of(pipelineId)
    if (ofPipeline >= pipelineLimit) return { by: 'pipeline', active: ofPipeline, limit: pipelineLimit }
    const ofType = this.#activeOfType.of(type)
    const typeLimit = limitOfType(this.#limits, type)
    if (typeLimit !== undefined && ofType >= typeLimit) return { by: 'type', active: ofType, limit: typeLimit }
    const automations = this.#activeOfType.of(AUTOMATION_TYPE)
    if (hasSlot(this.#limits, type, this.#active.size, automations)) return undefined
    const { automationSlots, maxActiveRuns } = this.#limits
    const kept = { by: 'all', active: countedRuns(this.#limits, this.#active.size, automations), limit: maxActiveRuns } as const
    return this.#hasSlotsOfItsOwn(type) ? { ...kept, takenSlots: automationSlots } : kept
  }

  #hasSlotsOfItsOwn(type: string): boolean {
    return type === AUTOMATION_TYPE && this.#limits.automationSlots > 0
  }

  #leaveWaiting(key: string): void {
    const entry = this.#waiting.get(key)
    if (entry === undefined) return
    this.#waiting.delete(key)
    this.#order.remove(entry)
    this.#automations.remove(entry)
    this.#lanes.remove(entry)
  }

  #count({ pipelineId, type }: QueueEntry, change: number): void {
    this.#activeOfPipeline.change(pipelineId, change)
    this.#activeOfType.change(type, change)
    this.#lanes.recount(pipelineId)
  }
}

/** How many of each; what comes to none is forgotten. */
class Counts {
  readonly #counts = new Map<string, number>()

  of(name: string): number {
    return this.#counts.get(name) ?? 0
  }

  change(name: string, change: number): void {
    const count = this.of(name) + change
    if (count === 0) this.#counts.delete(name)
    else this.#counts.set(name, count)
  }
}
