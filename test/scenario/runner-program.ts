import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { glob, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exclusively } from '../cluster/exclusive.ts'
import { cacheFolder } from '../cluster/folders.ts'
import { run } from '../cluster/shell.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SOURCES = ['build.ts', 'package-lock.json', 'compiler/**/*.ts', 'reconciler/**/*.ts']

/**
 * Path of the runner as it ships: one bundle, built from the sources of this checkout and kept until they change. It starts in a third
 * of the time that the sources take.
 */
export async function runnerProgram(): Promise<string> {
  const folder = join(cacheFolder(), 'programs', `hybrid-runner-${await digestOfSources()}`)
  const program = join(folder, 'hybrid-runner.js')
  if (existsSync(program)) return program
  return exclusively('build-hybrid-runner', async () => {
    if (existsSync(program)) return program
    const temporary = `${folder}.building-${process.pid}`
    await run(process.execPath, ['build.ts', temporary], { cwd: ROOT })
    await rename(temporary, folder)
    return program
  })
}

/** Of all that the bundle is made from. */
export async function digestOfSources(): Promise<string> {
  const paths = (await Array.fromAsync(glob(SOURCES, { cwd: ROOT }))).toSorted()
  const contents = await Promise.all(paths.map(async (path) => readFile(join(ROOT, path))))
  const digest = createHash('sha256')
  contents.forEach((content, index) => digest.update(`${paths[index]}\0${content.length}\0`).update(content))
  return digest.digest('hex').slice(0, 16)
}
