import { runProgram } from './run-program.ts'
import { addTallies, isGood, NOTHING, type Tally, tallyLine, tallyOfVitest } from './tally.ts'
import { clearResults, readResult, resultPath, writeResult } from './test-results.ts'

/** `make test`: the checks, the unit tests, OpenMetadata's own packages as referees, the tests on a real cluster; one line with the sum at the end. */
const CLUSTER_COMMANDS = 'test/cluster/cli.ts'
const usesGivenCluster = process.env['KUBECONFIG'] !== undefined && process.env['KUBECONFIG'] !== ''

let isInterrupted = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // The program at work gets the signal too, and clears up after itself: wait for it, and start no other.
  process.on(signal, () => (isInterrupted = true))
}

function heading(text: string): void {
  console.log(`\n== ${text}`)
}

async function runChecks(): Promise<Tally> {
  heading('checks')
  const { code } = await runProgram(process.execPath, ['test/workshop/check.ts'], { isShown: true })
  const tally = (await readResult('checks.json')) as Tally | undefined
  return tally ?? { ...NOTHING, failed: code === 0 ? 0 : 1 }
}

async function runVitest(project: 'unit' | 'referee' | 'cluster', reporter: 'default' | 'verbose'): Promise<Tally> {
  heading(`${project} tests`)
  const name = `${project}.json`
  const args = ['run', `--project=${project}`, `--reporter=${reporter}`, '--reporter=json', `--outputFile.json=${resultPath(name)}`]
  const { code } = await runProgram('vitest', args, { isShown: true })
  return tallyOfVitest(await readResult(name), code)
}

/** The cluster's programs are built before the first test, so that no test's time limit holds for the build. */
async function runClusterTests(): Promise<Tally> {
  if (!usesGivenCluster) {
    heading("the cluster's programs")
    const { code } = await runProgram(process.execPath, [CLUSTER_COMMANDS, 'build', '--all'], { isShown: true })
    if (code !== 0) return { ...NOTHING, failed: 1 }
  }
  return runVitest('cluster', 'verbose')
}

async function main(): Promise<void> {
  await clearResults()
  let sum: Tally = NOTHING
  for (const step of [runChecks, () => runVitest('unit', 'default'), () => runVitest('referee', 'verbose'), runClusterTests]) {
    if (!isInterrupted) sum = addTallies(sum, await step())
  }
  if (isInterrupted) sum = addTallies(sum, { ...NOTHING, failed: 1 })
  await writeResult('total.txt', `${tallyLine(sum)}\n`)
  if (sum.skipped > 0) console.log(`\n${sum.skipped} skipped`)
  console.log(`\n${tallyLine(sum)}`)
  process.exitCode = isGood(sum) ? 0 : 1
}

await main()
