/** Makes the tables of the schedule tests and the list of time zones anew: `node test/compiler/tools/cron/write-tables.ts`. Needs Go. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const TABLES = join(import.meta.dirname, '../../cron')
const NAMES = join(import.meta.dirname, '../../../../compiler/cron/cron-time-zone-names.ts')
const LINE_WIDTH = 140

const specs = readFileSync(join(TABLES, 'specs.txt'))

function ask(word: string): string {
  return execFileSync('go', ['run', '.', word], { cwd: import.meta.dirname, input: specs, encoding: 'utf8', maxBuffer: 2 ** 26 })
}

function filled(words: readonly string[]): string {
  return words.reduce((text, word) => {
    const lastLine = text.slice(text.lastIndexOf('\n') + 1)
    if (text === '') return word
    return `${text}${lastLine.length + 1 + word.length > LINE_WIDTH ? '\n' : ' '}${word}`
  }, '')
}

writeFileSync(join(TABLES, 'judged.txt'), ask('judge'))
writeFileSync(join(TABLES, 'fires.txt'), ask('fires'))
writeFileSync(
  NAMES,
  `/** Names of the IANA time zone database as every API server carries it (Go's), in order. Made by test/compiler/tools/cron/write-tables.ts. */
export const TIME_ZONE_NAMES: readonly string[] = \`
${filled(ask('zones').trim().split('\n'))}
\`
  .trim()
  .split(/\\s+/)
`,
)
