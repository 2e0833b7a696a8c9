import type { Wire } from '../cluster/cluster.ts'

export interface LeftOversOptions {
  readonly list: () => Promise<Wire<'cronworkflows'>[]>
  /** Takes all that are there; what it knew beside them is gone. */
  readonly replace: (found: readonly Wire<'cronworkflows'>[]) => void
}

/**
 * The CronWorkflows of before the executor was switched. Nothing watches them, and a former leader may have made, changed or deleted
 * them: each leader asks for them once, before its first work.
 */
export class LeftOvers {
  readonly #options: LeftOversOptions
  #asked: Promise<void> | undefined

  constructor(options: LeftOversOptions) {
    this.#options = options
  }

  /** Resolves when they are known. Throws what the cluster throws, and asks anew the next time then. */
  async known(): Promise<void> {
    this.#asked ??= this.#ask()
    return this.#asked
  }

  forget(): void {
    this.#asked = undefined
  }

  async #ask(): Promise<void> {
    const { list, replace } = this.#options
    try {
      replace(await list())
    } catch (error) {
      this.#asked = undefined
      throw error
    }
  }
}
