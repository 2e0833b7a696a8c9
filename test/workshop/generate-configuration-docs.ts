/** `npm run docs`: makes the tables of `docs/configuration.md` anew; with `--check` it only says whether they are as they would be. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { configurationTables } from './configuration-tables.ts'
import { withParts } from './markdown-tables.ts'
import { ROOT } from './run-program.ts'

const DOCUMENT = join(ROOT, 'docs/configuration.md')

const written = await readFile(DOCUMENT, 'utf8')
const made = withParts(written, configurationTables())
if (process.argv.includes('--check')) {
  if (made !== written) console.error('docs/configuration.md: its tables differ from the variables that are read')
  process.exitCode = made === written ? 0 : 1
} else {
  await writeFile(DOCUMENT, made)
}
