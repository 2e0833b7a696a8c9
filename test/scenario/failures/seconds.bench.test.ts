/**
 * `npm run bench:failures`: the seconds from each failure, by Kubernetes' own time stamp or the moment of the deed, to its report at the
 * reference server. BENCH_REPEATS says how often each is made (10).
 *
 * Kubernetes' stamps are whole seconds, cut off: up to one second of each number is theirs.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CASES_THAT_FAIL } from './cases-that-fail.ts'
import { CASES_THAT_WAIT } from './cases-that-wait.ts'
import type { FailureCase } from './failure-case.ts'
import { playCase } from './play-case.ts'
import { openStage, type Stage } from './stage.ts'

const repeats = Number(process.env['BENCH_REPEATS'] ?? '10')
const measured = [...CASES_THAT_FAIL, ...CASES_THAT_WAIT].filter(({ limitSeconds }) => limitSeconds !== undefined)
const lines = ['failure                      runs  median      p99     limit']

let stage: Stage

beforeAll(async () => {
  stage = await openStage()
})
afterAll(async () => {
  process.stdout.write(`\n${lines.join('\n')}\n`)
  await stage?.stop()
})

test.for(measured)('a run whose $name', async (one) => {
  const seconds: number[] = []
  for (let repeat = 0; repeat < repeats; repeat += 1) seconds.push((await playCase(one, stage)).seconds ?? Number.NaN)
  lines.push(
    line(
      one,
      seconds.toSorted((first, second) => first - second),
    ),
  )
  expect(seconds).not.toContain(Number.NaN)
})

function line({ failureClass, cause, limitSeconds = 0 }: FailureCase, sorted: readonly number[]): string {
  const shown = [quantile(sorted, 0.5), quantile(sorted, 0.99), limitSeconds].map((seconds) => `${seconds.toFixed(2)} s`.padStart(9))
  return `${`${failureClass}/${cause}`.padEnd(28)}${String(sorted.length).padStart(5)}${shown.join('')}`
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
