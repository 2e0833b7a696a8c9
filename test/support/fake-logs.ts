import type { PodLogOptions } from '../../reconciler/cluster/cluster.ts'
import { ClusterError } from '../../reconciler/cluster/cluster-error.ts'
import type { Changes } from './changes.ts'

interface Line {
  readonly timeNs: bigint
  readonly text: string
}

const SECOND_NS = 1_000_000_000n

/** What containers wrote, by pod, as nodes keep it: each line with its time. */
export class FakeLogs {
  readonly #changes: Changes
  readonly #gone = new Set<string>()
  readonly #lines = new Map<string, Line[]>()
  #breaks = 0
  #timeNs: bigint
  /** Streams that are open. */
  open = 0

  constructor(changes: Changes, startMs: number) {
    this.#changes = changes
    this.#timeNs = BigInt(startMs) * 1_000_000n
  }

  isGone(pod: string): boolean {
    return this.#gone.has(pod)
  }

  /** Replaces the whole log. */
  set(pod: string, text: string): void {
    this.#lines.delete(pod)
    this.append(pod, text)
  }

  /** Writes whole lines, each a nanosecond after the last or, the first, as many seconds later as told. */
  append(pod: string, text: string, secondsLater = 0): void {
    this.#timeNs += BigInt(secondsLater) * SECOND_NS
    const lines = text.split(/(?<=\n)/).map((line): Line => ({ timeNs: (this.#timeNs += 1n), text: line }))
    this.#lines.set(pod, [...(this.#lines.get(pod) ?? []), ...(text === '' ? [] : lines)])
    this.#changes.notify()
  }

  /** What was written so far goes away, as when the node begins a new file. */
  rotate(pod: string): void {
    this.#lines.set(pod, [])
  }

  /** The node has nothing of this pod any more. */
  forget(pod: string): void {
    this.#gone.add(pod)
  }

  /** Every open stream breaks off. */
  breakStreams(): void {
    this.#breaks += 1
    this.#changes.notify()
  }

  /** The last lines; undefined when the node has nothing. */
  tail(pod: string, lines: number): string | undefined {
    if (this.#gone.has(pod)) return undefined
    const texts = (this.#lines.get(pod) ?? []).map(({ text }) => text)
    return texts.slice(-lines).join('')
  }

  async *stream(pod: string, { follow, sinceMs = 0, signal }: PodLogOptions, isOver: () => boolean): AsyncIterable<Uint8Array> {
    const since = BigInt(Math.floor(sinceMs / 1000)) * SECOND_NS
    const breaks = this.#breaks
    let lastNs = 0n
    this.#count(1)
    try {
      for (;;) {
        const news = (this.#lines.get(pod) ?? []).filter(({ timeNs }) => timeNs >= since && timeNs > lastNs)
        lastNs = news.at(-1)?.timeNs ?? lastNs
        if (news.length > 0) yield Buffer.from(news.map(({ timeNs, text }) => `${stamp(timeNs)} ${text.endsWith('\n') ? text : `${text}\n`}`).join(''))
        else if (!follow || isOver()) return
        else await this.#untilNews(pod, lastNs, breaks, isOver, signal)
        if (signal.aborted) return
        if (this.#breaks > breaks) throw new ClusterError('Unavailable', 'the stream broke off')
      }
    } finally {
      this.#count(-1)
    }
  }

  #count(change: number): void {
    this.open += change
    this.#changes.notify()
  }

  async #untilNews(pod: string, lastNs: bigint, breaks: number, isOver: () => boolean, signal: AbortSignal): Promise<void> {
    const onAbort = (): void => this.#changes.notify()
    signal.addEventListener('abort', onAbort)
    const hasNews = (): boolean => this.#lines.get(pod)?.some(({ timeNs }) => timeNs > lastNs) ?? false
    await this.#changes.until(() => signal.aborted || isOver() || this.#breaks > breaks || hasNews())
    signal.removeEventListener('abort', onAbort)
  }
}

function stamp(timeNs: bigint): string {
  const seconds = new Date(Number(timeNs / SECOND_NS) * 1000).toISOString().slice(0, 19)
  return `${seconds}.${String(timeNs % SECOND_NS).padStart(9, '0')}Z`
}
