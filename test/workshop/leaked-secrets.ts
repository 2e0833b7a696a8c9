import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findSecrets, fingerprint, parseAllowed } from './find-secrets.ts'
import { ROOT } from './run-program.ts'

/** `npm run leaked-secrets`: no file that is or is about to be committed holds what looks like a secret. The value itself is never printed. */
const ALLOWED = join(ROOT, 'test/workshop/leaked-secrets.allowed')
const LARGEST_BYTES = 4 * 1024 * 1024

function committable(): readonly string[] {
  const listing = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
  return listing.split('\0').filter((path) => path !== '')
}

/** The text of a file; undefined when there is none to read: a deleted file, a link to a folder, something binary. */
function readText(path: string): string | undefined {
  try {
    const bytes = readFileSync(join(ROOT, path))
    return bytes.length > LARGEST_BYTES || bytes.subarray(0, 8192).includes(0) ? undefined : bytes.toString('utf8')
  } catch {
    return undefined
  }
}

const allowed = parseAllowed(readFileSync(ALLOWED, 'utf8'))
const unused = new Set(allowed)
const problems: string[] = []
for (const path of committable()) {
  for (const { kind, line, value } of findSecrets(readText(path) ?? '')) {
    const entry = `${path} ${fingerprint(value)}`
    unused.delete(entry)
    if (!allowed.has(entry)) problems.push(`${path}:${line}: looks like ${kind}. If it is none: add "${entry} <why>" to test/workshop/leaked-secrets.allowed`)
  }
}
for (const entry of unused) problems.push(`test/workshop/leaked-secrets.allowed: nothing matches "${entry}" any more: take the line out`)
if (problems.length > 0) console.error(problems.join('\n'))
process.exitCode = problems.length === 0 ? 0 : 1
