import { runProgram } from './run-program.ts'

interface Generated {
  readonly what: string
  readonly command: string
  readonly args: readonly string[]
  readonly mend: string
}

/** What a program writes and a person commits. Each command fails when the committed files are not what it would write now. */
const GENERATED: readonly Generated[] = [
  {
    what: 'package-lock.json',
    command: 'npm',
    args: ['ci', '--dry-run', '--ignore-scripts', '--loglevel=error'],
    mend: 'npm install --package-lock-only',
  },
  {
    what: 'snapshots/',
    command: 'vitest',
    args: ['run', '--project=unit', '--reporter=dot', 'test/compiler/snapshots.test.ts'],
    mend: 'npm run update-snapshots',
  },
  {
    what: 'docs/failures.md',
    command: process.execPath,
    args: ['test/workshop/generate-failure-docs.ts', '--check'],
    mend: 'npm run docs',
  },
  {
    what: 'docs/configuration.md',
    command: process.execPath,
    args: ['test/workshop/generate-configuration-docs.ts', '--check'],
    mend: 'npm run docs',
  },
  {
    what: 'charts/',
    command: process.execPath,
    args: ['constructs/main.ts', '--check'],
    mend: 'npm run synth',
  },
  {
    what: 'docs/protocol.md and docs/protocol.schema.json',
    command: process.execPath,
    args: ['test/workshop/generate-protocol-docs.ts', '--check'],
    mend: 'npm run docs',
  },
]

let isUpToDate = true
for (const { what, command, args, mend } of GENERATED) {
  // Under CI Vitest compares only: it writes no file that is missing.
  const { code, output } = await runProgram(command, args, { env: { CI: 'true' } })
  if (code === 0) continue
  isUpToDate = false
  console.error(`${output.trimEnd()}\n${what} is not up to date: ${mend}`)
}
process.exitCode = isUpToDate ? 0 : 1
