import type { CoreV1Event } from '@kubernetes/client-node'
import { observeEvent, type ObservedEvent } from '../observe/observed-event.ts'

/** Objects that are remembered: events of other people's objects come along, and events come before their pods. */
const MAX_OBJECTS = 5_000
const MAX_REASONS = 16

/** The last event of each reason, by the uid of the object it is about. Bounded; what was heard of longest ago is forgotten first. */
export class ObjectEvents {
  readonly #byUid = new Map<string, Map<string, ObservedEvent>>()

  of(uid: string): readonly ObservedEvent[] {
    return [...(this.#byUid.get(uid)?.values() ?? [])]
  }

  put(event: CoreV1Event): void {
    const { uid } = event.involvedObject
    if (uid === undefined) return
    const observed = observeEvent(event)
    const known = this.#byUid.get(uid) ?? new Map<string, ObservedEvent>()
    this.#byUid.delete(uid)
    this.#byUid.set(uid, known)
    const before = known.get(observed.reason)
    if (before !== undefined && before.lastSeenMs > observed.lastSeenMs) return
    // The same trouble in other words is another event that counts from one.
    const times = before === undefined || before.name === observed.name ? observed.times : Math.max(before.times + 1, observed.times)
    known.delete(observed.reason)
    known.set(observed.reason, { ...observed, times })
    forgetOldest(known, MAX_REASONS)
    forgetOldest(this.#byUid, MAX_OBJECTS)
  }

  forget(uid: string): void {
    this.#byUid.delete(uid)
  }
}

/** A Map keeps its order of insertion. */
function forgetOldest(map: Map<string, unknown>, max: number): void {
  for (const key of map.keys()) {
    if (map.size <= max) return
    map.delete(key)
  }
}
