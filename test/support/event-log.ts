import type { Kind, WatchEvent, Wire } from '../../reconciler/cluster/cluster.ts'
import { ClusterError, type ClusterErrorCode } from '../../reconciler/cluster/cluster-error.ts'

type ObjectEvent = Extract<WatchEvent<Kind>, { object: unknown }>
type Signal = { readonly kind: 'bookmark' } | { readonly kind: 'end' } | { readonly kind: 'break'; readonly code: ClusterErrorCode }

interface FollowOptions {
  readonly resourceVersion: string
  readonly inactivityMs: number
  readonly signal: AbortSignal
}

/** What happened in a fake cluster, by version, and those who watch it. */
export class EventLog {
  #version = 1000
  #oldest = 1000
  #events: { readonly kind: Kind; readonly version: number; readonly event: ObjectEvent }[] = []
  readonly #watchers = new Set<(signal?: Signal) => void>()

  version(): number {
    return this.#version
  }

  next(): number {
    this.#version += 1
    return this.#version
  }

  watcherCount(): number {
    return this.#watchers.size
  }

  /** Objects of a kind that were ever created, by name. */
  created(kind: Kind): string[] {
    return this.#events.filter((one) => one.kind === kind && one.event.type === 'ADDED').map(({ event }) => event.object.metadata?.name ?? '')
  }

  add(kind: Kind, event: ObjectEvent): void {
    this.#events.push({ kind, version: this.#version, event })
    this.#tell()
  }

  /** Watches from versions before now are told Expired. */
  compact(): void {
    this.#oldest = this.#version
    this.#events = []
  }

  sendBookmarks(): void {
    this.#tell({ kind: 'bookmark' })
  }

  /** The server closes all watches in good order. */
  endWatches(): void {
    this.#tell({ kind: 'end' })
  }

  breakWatches(code: ClusterErrorCode): void {
    this.#tell({ kind: 'break', code })
  }

  /** Events after the version, then signals as they come. */
  async *follow<K extends Kind>(
    kind: K,
    { resourceVersion, inactivityMs, signal }: FollowOptions,
    isSelected: (object: Wire<Kind>) => boolean,
  ): AsyncIterable<WatchEvent<K>> {
    let seen = Number(resourceVersion)
    if (seen < this.#oldest) throw new ClusterError('Expired', `too old resource version: ${seen} (${this.#oldest})`)
    const inbox = new Inbox(signal, inactivityMs)
    this.#watchers.add(inbox.put)
    try {
      for (;;) {
        for (const { kind: kindOfEvent, version, event } of this.#events.filter((one) => one.version > seen)) {
          seen = version
          if (kindOfEvent === kind && isSelected(event.object)) yield structuredClone(event) as WatchEvent<K>
        }
        if (inbox.isEmpty()) await inbox.arrival()
        if (signal.aborted) return
        const next = inbox.take()
        if (next?.kind === 'end') return
        if (next?.kind === 'break') throw new ClusterError(next.code, 'the watch broke off')
        if (next?.kind === 'bookmark') yield { type: 'BOOKMARK', resourceVersion: String(seen) }
      }
    } finally {
      this.#watchers.delete(inbox.put)
    }
  }

  #tell(signal?: Signal): void {
    for (const put of this.#watchers) put(signal)
  }
}

/** Signals in their order; `undefined` stands for new events in the log. */
class Inbox {
  readonly #signals: (Signal | undefined)[] = []
  readonly #signal: AbortSignal
  readonly #inactivityMs: number
  #wake: () => void = () => undefined

  constructor(signal: AbortSignal, inactivityMs: number) {
    this.#signal = signal
    this.#inactivityMs = inactivityMs
  }

  readonly put = (signal?: Signal): void => {
    this.#signals.push(signal)
    this.#wake()
  }

  isEmpty(): boolean {
    return this.#signals.length === 0
  }

  take(): Signal | undefined {
    return this.#signals.shift()
  }

  /** Resolves at the next signal or on abort; rejects after too long a silence. */
  async arrival(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const silence = setTimeout(() => reject(new ClusterError('Unavailable', `no event for ${this.#inactivityMs} ms`)), this.#inactivityMs)
      silence.unref()
      this.#wake = () => (clearTimeout(silence), resolve())
      this.#signal.addEventListener('abort', this.#wake, { once: true })
      if (this.#signal.aborted) this.#wake()
    })
    this.#signal.removeEventListener('abort', this.#wake)
  }
}
