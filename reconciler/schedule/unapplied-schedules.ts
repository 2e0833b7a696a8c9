const MAX_TOLD = 3

/** The schedules that do not fire as they are to, and why: the cluster does not take their CronJob, or the policy does not allow it. */
export class UnappliedSchedules {
  readonly #problems = new Map<string, string>()

  note(pipelineId: string, pipeline: string, problem: string): void {
    this.#problems.set(pipelineId, `the schedule of ${pipeline} cannot be applied: ${problem}`)
  }

  clear(pipelineId: string): void {
    this.#problems.delete(pipelineId)
  }

  clearAll(): void {
    this.#problems.clear()
  }

  count(): number {
    return this.#problems.size
  }

  /** For people: the first few, and how many more there are. */
  troubles(): string[] {
    const all = [...this.#problems.values()]
    return all.length <= MAX_TOLD ? all : [...all.slice(0, MAX_TOLD), `${all.length - MAX_TOLD} more schedules cannot be applied`]
  }
}
