import type { InOrder } from '../queue/in-order.ts'

/** A server saves a pipeline right after its deploy was answered. */
export const UNSAVED_MS = 10_000

/**
 * How often the server has asked for the schedule of a pipeline since this process started.
 *
 * A repeat of a deploy may write nothing, so the record does not tell that the server wants it: a list of the server's from before
 * would take off what was accepted a moment ago.
 */
export class ServerWords {
  readonly #heard = new Map<string, number>()
  readonly #answeredAtMs = new Map<string, number>()

  /**
   * Works in the order of the pipeline. Counts the request when it comes, and again when it is done and before anything else is done to
   * the pipeline, so that one in hand counts as newer than all before, also for a list that was asked for meanwhile.
   */
  async during<T>(pipelineId: string, inOrder: InOrder, work: () => Promise<T>): Promise<T> {
    this.#hear(pipelineId)
    return inOrder.run(pipelineId, async () => {
      try {
        return await work()
      } finally {
        this.#hear(pipelineId)
      }
    })
  }

  heard(pipelineId: string): number {
    return this.#heard.get(pipelineId) ?? 0
  }

  /** A deploy that the server itself asked for was answered: only then does the server save it. */
  noteAnswer(pipelineId: string, nowMs: number): void {
    this.#answeredAtMs.set(pipelineId, nowMs)
  }

  /** Whether the server may not have saved yet what it was answered, so that its list need not have it. */
  mayBeUnsaved(pipelineId: string, nowMs: number): boolean {
    const answeredAtMs = this.#answeredAtMs.get(pipelineId)
    return answeredAtMs !== undefined && nowMs - answeredAtMs < UNSAVED_MS
  }

  #hear(pipelineId: string): void {
    this.#heard.set(pipelineId, this.heard(pipelineId) + 1)
  }
}
