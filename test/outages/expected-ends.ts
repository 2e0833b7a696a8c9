import { expect } from 'vitest'
import type { RunEnd } from '../../compiler/record.ts'
import type { Work } from './work.ts'

/** As for `toMatchObject`. */
interface Expected {
  readonly state: unknown
  readonly failureClass?: unknown
}

/** How the work ends by itself. */
const UNHARMED: Readonly<Record<Exclude<keyof Work, 'schedule'>, Expected>> = {
  long: { state: 'success' },
  retried: { state: 'success' },
  failing: { state: 'failed', failureClass: 'ExitCode' },
  silent: { state: 'success' },
  killed: { state: 'stopped' },
  fired: { state: 'success' },
  queued: { state: 'success' },
  quickTest: { state: 'success' },
  longTest: { state: 'success' },
}

const LOST = { state: 'failed', failureClass: 'Lost' }
/** What ran when the power went is lost; the small ones may have ended just before, or begin after. */
export const BY_REBOOT: Partial<typeof UNHARMED> = {
  long: LOST,
  fired: LOST,
  longTest: LOST,
  failing: { state: 'failed', failureClass: expect.stringMatching(/^(ExitCode|Lost)$/) },
  silent: { state: expect.stringMatching(/^(success|failed)$/) },
  quickTest: { state: expect.stringMatching(/^(success|failed)$/) },
  queued: { state: expect.stringMatching(/^(success|failed)$/) },
}

/** Compares the ends of the work with those that it has by itself, and with those that the outage gave to some of it. */
export function expectEnds(work: Work, ends: ReadonlyMap<string, RunEnd>, byOutage: Partial<typeof UNHARMED> = {}): void {
  const expected = { ...UNHARMED, ...byOutage }
  for (const [kind, end] of Object.entries(expected)) {
    for (const runId of [work[kind as keyof typeof UNHARMED]].flat()) expect(ends.get(runId), `${kind} ${runId}`).toMatchObject(end)
  }
}
