/** One state of a run that Collate was told: a row of its pipeline's status, or the status of an automation's Workflow, in the same words. */
export interface ToldState {
  readonly runId: string
  readonly state: 'queued' | 'running' | 'success' | 'failed' | 'partialSuccess' | 'stopped'
  /** The name of the token that wrote it. */
  readonly writer: string
}

const ENDS: readonly ToldState['state'][] = ['success', 'failed', 'partialSuccess', 'stopped']

export function isEnd({ state }: Pick<ToldState, 'state'>): boolean {
  return ENDS.includes(state)
}
