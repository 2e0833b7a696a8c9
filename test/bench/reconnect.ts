/** `npm run bench:reconnect`: how 1,000 runners come back after a restart of the server (simulated clock), and 100 real links beside them. */
import { randomFrom } from '../support/random-from.ts'
import { realComeback } from './real-comeback.ts'
import { peakToMean, simulateComeback } from './simulate-reconnect.ts'

const DELAY_SECONDS = 5
const SEEDS = 200

function quantile(values: readonly number[], share: number): string {
  return (values.toSorted((one, other) => one - other)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0).toFixed(2)
}

process.stdout.write(
  '| server away for | all back after, worst of 200 | peak to mean per 100 ms: median, p99, worst | tries a second and runner |\n|---|---|---|---|\n',
)
for (const downSeconds of [0, 1, 5, 15, 30, 60, 120, 600]) {
  const all = Array.from({ length: SEEDS }, (_, seed) => simulateComeback(1_000, downSeconds * 1_000, DELAY_SECONDS, randomFrom(seed)))
  const ratios = all.map((one) => one.peakToMean)
  const back = quantile(
    all.map(({ allBackMs }) => allBackMs / 1_000),
    1,
  )
  const rate = quantile(
    all.map(({ tries, allBackMs }) => tries / 1_000 / (downSeconds + allBackMs / 1_000)),
    0.5,
  )
  process.stdout.write(`| ${downSeconds} s | ${back} s | ${quantile(ratios, 0.5)}, ${quantile(ratios, 0.99)}, ${quantile(ratios, 1)} | ${rate} |\n`)
}
const real = await realComeback(100, 15_000, DELAY_SECONDS)
process.stdout.write(
  `\n100 real links, server away for 15 s: all back after ${(Math.max(...real) / 1_000).toFixed(2)} s, peak to mean ${peakToMean(real).toFixed(2)}\n`,
)
