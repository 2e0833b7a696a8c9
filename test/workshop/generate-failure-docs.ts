/** `npm run docs`: makes the tables and runbooks of `docs/failures.md` anew; with `--check` it only says whether they are as they would be. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { failureParts } from './failure-parts.ts'
import { withParts } from './markdown-tables.ts'
import { ROOT } from './run-program.ts'

const DOCUMENT = join(ROOT, 'docs/failures.md')

const written = await readFile(DOCUMENT, 'utf8')
const made = withParts(written, failureParts())
if (process.argv.includes('--check')) {
  if (made !== written) console.error('docs/failures.md: its tables differ from those that the runner goes by')
  process.exitCode = made === written ? 0 : 1
} else {
  await writeFile(DOCUMENT, made)
}
