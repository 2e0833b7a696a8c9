import { runProgram } from './run-program.ts'
import { type Tally, tallyOfVitest } from './tally.ts'
import { readResult, resultPath } from './test-results.ts'

export interface VitestRun {
  readonly project: 'unit' | 'referee' | 'cluster'
  readonly reporter: 'default' | 'verbose'
  /** Of the report among the results. */
  readonly name: string
  /** What of the project is run; all without it. */
  readonly files?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** One file after the other. */
  readonly isAlone?: boolean
}

/** Runs tests, shows them, and counts how they ended. */
export async function runVitest({ project, reporter, name, files = [], env = {}, isAlone = false }: VitestRun): Promise<Tally> {
  const report = `${name}.json`
  const output = [`--reporter=${reporter}`, '--reporter=json', `--outputFile.json=${resultPath(report)}`]
  const args = ['run', `--project=${project}`, ...output, ...(isAlone ? ['--no-file-parallelism'] : []), ...files]
  const { code } = await runProgram('vitest', args, { isShown: true, env })
  return tallyOfVitest(await readResult(report), code)
}
