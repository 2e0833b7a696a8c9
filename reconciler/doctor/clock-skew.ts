import { type Judgement, ok, warn } from './finding.ts'

/** Tokens and schedules bear a few seconds. */
const WORRYING_MS = 10_000

/** How far this clock is from another, which was read to the second. */
export function judgeSkew(whose: string, otherMs: number | undefined, nowMs: number): Judgement[] {
  if (otherMs === undefined) return []
  const seconds = Math.round((nowMs - otherMs) / 1000)
  if (Math.abs(nowMs - otherMs) <= WORRYING_MS) return [ok(`the clocks of this pod and of ${whose} agree`)]
  const text = `the clock of this pod is ${Math.abs(seconds)} seconds ${seconds > 0 ? 'before' : 'behind'} that of ${whose}`
  return [warn(text, 'have the nodes of the cluster keep their time (NTP): tokens and notAfter are judged by it')]
}
