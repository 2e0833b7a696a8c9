import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exists, installPackages } from '../cluster/debian-packages.ts'
import { exclusively } from '../cluster/exclusive.ts'
import { cacheFolder } from '../cluster/folders.ts'
import { consoleProgress } from '../cluster/progress.ts'
import type { Progress } from '../cluster/progress.ts'
import { run } from '../cluster/shell.ts'

/** OpenMetadata and what it imports, and the emulators that it is tried against. */
const REQUIREMENTS = ['requirements.txt', 'emulators.txt'].map((name) => fileURLToPath(new URL(name, import.meta.url)))
const PROGRAMS = new URL('python/', import.meta.url)

/** The versions that the pinned packages are there for; the first that is found is used. */
const PYTHONS = ['python3.11', 'python3.12', 'python3.13', 'python3']
const MINOR_VERSIONS = [11, 12, 13]

/**
 * Asks one of the programs of `python/` a question and gives its answer; both are JSON. The program runs in the real OpenMetadata's
 * own environment, which is made before if need be.
 */
export async function askOpenMetadata(program: string, question: unknown): Promise<unknown> {
  const python = await openMetadataPython(consoleProgress(process.stderr))
  const options = {
    input: JSON.stringify(question),
    env: { PYTHONDONTWRITEBYTECODE: '', PYTHONPYCACHEPREFIX: join(cacheFolder(), 'openmetadata', 'bytecode') },
  }
  const answer: unknown = JSON.parse(await run(python, ['-W', 'ignore', fileURLToPath(new URL(program, PROGRAMS))], options))
  return answer
}

/**
 * The Python that has the packages of the lists.
 *
 * Guarantees: an environment is made once, by one process at a time, and stands under its name only when complete. Another list of
 * packages, or another Python, makes another one.
 */
export async function openMetadataPython(progress: Progress): Promise<string> {
  const base = (await findPython()) ?? (await installPython(progress))
  const digest = createHash('sha256').update(`${base.version} ${process.arch}\n`)
  for (const list of REQUIREMENTS) digest.update(await readFile(list))
  const key = digest.digest('hex').slice(0, 16)
  const folder = join(cacheFolder(), 'openmetadata', key)
  if (!existsSync(folder)) {
    await exclusively(
      `openmetadata/${key}`,
      () => makeEnvironment(base.command, folder, progress),
      () => progress.say('waiting for another process that installs OpenMetadata'),
    )
  }
  return join(folder, 'bin', 'python')
}

async function makeEnvironment(python: string, folder: string, progress: Progress): Promise<void> {
  if (existsSync(folder)) return
  const unfinished = `${folder}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(join(folder, '..'), { recursive: true })
  await progress.during("installing OpenMetadata's own packages (once)", async () => {
    await run(python, ['-m', 'venv', unfinished])
    const lists = REQUIREMENTS.flatMap((list) => ['--requirement', list])
    await run(join(unfinished, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--no-deps', '--no-compile', ...lists])
  })
  await rename(unfinished, folder)
}

interface Python {
  readonly command: string
  readonly version: string
}

async function findPython(): Promise<Python | undefined> {
  for (const command of PYTHONS) {
    const version = await versionOf(command)
    const [, major, minor] = /^(\d+)\.(\d+)\./.exec(version ?? '') ?? []
    if (version !== undefined && major === '3' && MINOR_VERSIONS.includes(Number(minor))) return { command, version }
  }
  return undefined
}

/** Debian's own, where it may be installed. */
async function installPython(progress: Progress): Promise<Python> {
  if (process.getuid?.() === 0 && exists('apt-get')) await installPackages(['python3', 'python3-venv'], progress)
  const python = await findPython()
  if (python !== undefined) return python
  throw new Error(`Python 3.${MINOR_VERSIONS.join(', 3.')} is missing: install one of them, with its module venv, to ask OpenMetadata's own packages`)
}

async function versionOf(command: string): Promise<string | undefined> {
  try {
    return (await run(command, ['-c', 'import platform, venv, ensurepip; print(platform.python_version())'])).trim()
  } catch {
    return undefined
  }
}
