/** `npm run docs`: makes `docs/protocol.schema.json` and the made parts of `docs/protocol.md` anew; with `--check` it only says whether they are as they would be. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withParts } from './markdown-tables.ts'
import { protocolParts } from './protocol-parts.ts'
import { protocolSchema } from './protocol-schema.ts'
import { ROOT } from './run-program.ts'

const DOCUMENT = 'docs/protocol.md'
const SCHEMA = 'docs/protocol.schema.json'

const read = async (file: string): Promise<string> => readFile(join(ROOT, file), 'utf8').catch(() => '')
const made = {
  [DOCUMENT]: withParts(await read(DOCUMENT), protocolParts()),
  [SCHEMA]: `${JSON.stringify(protocolSchema(), null, 2)}\n`,
}
for (const [file, text] of Object.entries(made)) {
  if (!process.argv.includes('--check')) await writeFile(join(ROOT, file), text)
  else if ((await read(file)) !== text) {
    console.error(`${file}: differs from the schemas of the link's methods`)
    process.exitCode = 1
  }
}
