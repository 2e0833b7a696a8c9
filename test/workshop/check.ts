import { styleText } from 'node:util'
import { ROOT, runProgram } from './run-program.ts'
import { NOTHING, type Tally } from './tally.ts'
import { writeResult } from './test-results.ts'

/** `npm run check`: every check, each an npm script of its own, with what to do when it fails. */
const CHECKS = [
  { script: 'typecheck', mend: 'mend the types above' },
  { script: 'lint', mend: 'mend what is named above; npm run lint:fix does what a machine can' },
  { script: 'format:check', mend: 'npm run format' },
  { script: 'unused', mend: 'delete what nothing uses, or take the word export off it; entry points stand in knip.json' },
  { script: 'verify-generated', mend: 'make the file anew as said above, and read the difference before you commit it' },
  { script: 'leaked-secrets', mend: 'take the secret out and make it worthless; if it is none, say so in test/workshop/leaked-secrets.allowed' },
] as const

type Check = (typeof CHECKS)[number]

/** Runs one check and tells its outcome; what it wrote is shown only when it failed. */
async function passes({ script, mend }: Check): Promise<boolean> {
  const startedAt = performance.now()
  const { code, output } = await runProgram(process.execPath, ['--run', script])
  const seconds = `${((performance.now() - startedAt) / 1000).toFixed(1)}s`
  if (code === 0) {
    console.log(`${styleText('green', 'ok')}      ${script} ${styleText('dim', seconds)}`)
    return true
  }
  console.log(`${styleText('red', 'failed')}  ${script} ${styleText('dim', seconds)}\n${output.trimEnd()}\n        ${script}: ${mend}`)
  return false
}

async function main(): Promise<void> {
  process.chdir(ROOT)
  let tally: Tally = NOTHING
  const failed: string[] = []
  for (const check of CHECKS) {
    if (await passes(check)) tally = { ...tally, passed: tally.passed + 1 }
    else {
      tally = { ...tally, failed: tally.failed + 1 }
      failed.push(check.script)
    }
  }
  await writeResult('checks.json', JSON.stringify(tally))
  console.log(failed.length === 0 ? `all ${CHECKS.length} checks passed` : `failed: ${failed.join(', ')}`)
  process.exitCode = failed.length === 0 ? 0 : 1
}

await main()
