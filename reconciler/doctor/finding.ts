/** What a check found. One line for people. */
export interface Finding {
  readonly check: string
  readonly status: 'ok' | 'warn' | 'fail'
  readonly message: string
  /** What to do; absent where all is well. */
  readonly remedy?: string
}

/** A check gives its findings; what it throws becomes one that says so. */
export interface Check {
  readonly name: string
  /** For what is thrown. */
  readonly remedy: string
  readonly run: () => Promise<readonly Judgement[]>
}

export type Judgement = Omit<Finding, 'check'>

export const ok = (message: string): Judgement => ({ status: 'ok', message })
export const warn = (message: string, remedy: string): Judgement => ({ status: 'warn', message, remedy })
export const fail = (message: string, remedy: string): Judgement => ({ status: 'fail', message, remedy })
