import { kubernetesPart, versionOf } from '../cluster/versions.ts'
import { buildEarly, runClusterTests, runCoreOn } from './cluster-tests.ts'
import { failureLines } from './failure-lines.ts'
import { ROOT, runProgram } from './run-program.ts'
import { runVitest } from './run-vitest.ts'
import { addTallies, isGood, NOTHING, type Tally, tallyLine } from './tally.ts'
import { clearResults, readReports, readResult, writeResult } from './test-results.ts'

/** `make test`: the checks, the unit tests, OpenMetadata's own packages as referees, the tests on a real cluster; one line with the sum at the end. */
const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'
/** A cluster of the user's own is of one release, whatever is asked for. */
const usesGivenCluster = process.env['KUBECONFIG'] !== undefined && process.env['KUBECONFIG'] !== ''

let isInterrupted = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // The program at work gets the signal too, and clears up after itself: wait for it, and start no other.
  process.on(signal, () => (isInterrupted = true))
}

async function runChecks(): Promise<Tally> {
  const { code } = await runProgram(process.execPath, ['test/workshop/check.ts'], { isShown: true })
  const tally = (await readResult('checks.json')) as Tally | undefined
  return tally ?? { ...NOTHING, failed: code === 0 ? 0 : 1 }
}

async function step(title: string, run: () => Promise<Tally>): Promise<Tally> {
  console.log(`\n== ${title}`)
  return run()
}

const STEPS: readonly (() => Promise<Tally>)[] = [
  async () => step('checks', runChecks),
  async () => step('unit tests', async () => runVitest({ project: 'unit', reporter: 'default', name: 'unit' })),
  async () => step('referee tests', async () => runVitest({ project: 'referee', reporter: 'verbose', name: 'referee' })),
  async () => step('cluster tests', async () => runClusterTests({ isStrict: IS_ALL })),
  // To build another Kubernetes takes minutes, and its tests take as long as those of the first.
  ...(IS_ALL && !usesGivenCluster
    ? (['oldest', 'newest'] as const).map(
        (release) => async () => step(`cluster tests on Kubernetes ${versionOf(kubernetesPart(release))}`, async () => runCoreOn(release)),
      )
    : []),
]

async function main(): Promise<void> {
  await clearResults()
  const early = buildEarly()
  let sum: Tally = NOTHING
  for (const run of STEPS) {
    if (!isInterrupted) sum = addTallies(sum, await run())
  }
  await early
  if (isInterrupted) sum = addTallies(sum, { ...NOTHING, failed: 1 })
  await writeResult('total.txt', `${tallyLine(sum)}\n`)
  if (sum.skipped > 0) console.log(`\n${sum.skipped} skipped`)
  for (const line of failureLines(await readReports(), ROOT)) console.log(line)
  console.log(`\n${tallyLine(sum)}`)
  process.exitCode = isGood(sum) ? 0 : 1
}

await main()
