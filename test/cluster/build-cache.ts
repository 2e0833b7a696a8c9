import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { exclusively } from './exclusive.ts'
import { cacheFolder } from './folders.ts'
import type { Progress } from './progress.ts'
import { run } from './shell.ts'
import { buildTagsOf, cacheKeyOf, linkerFlagsOf, moduleOf, partFolder, versionOf } from './versions.ts'
import type { Part, Program } from './versions.ts'

const GO_ENVIRONMENT = { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '-mod=readonly -buildvcs=false' } as const

/** Path of a built program; the file exists only when its build is complete. */
export function programPath(program: Program): string {
  return join(cacheFolder(), 'programs', cacheKeyOf(program.part), program.name)
}

/** The programs of the list that are not in the cache yet. */
export function missingPrograms(programs: readonly Program[]): readonly Program[] {
  return programs.filter((program) => !existsSync(programPath(program)))
}

/**
 * Makes sure that every program of the list is in the cache, and builds those that are not, one after the other.
 *
 * Guarantees: a program is built by one process at a time, and appears under its name only when complete.
 */
export async function buildPrograms(programs: readonly Program[], progress: Progress, signal?: AbortSignal): Promise<void> {
  if (missingPrograms(programs).length === 0) return
  await exclusively(
    'build',
    async () => {
      const missing = missingPrograms(programs)
      for (const [index, program] of missing.entries()) {
        const label = `building ${program.name} ${versionOf(program.part)} (${index + 1} of ${missing.length}, once)`
        await progress.during(label, () => buildProgram(program, signal))
      }
    },
    () => progress.say('waiting for another process that builds programs'),
  )
}

async function buildProgram(program: Program, signal?: AbortSignal): Promise<void> {
  const target = programPath(program)
  const temporary = `${target}.building-${process.pid}`
  await mkdir(join(target, '..'), { recursive: true })
  try {
    const modFile = await completeModule(program.part, `${temporary}.source`)
    const flags = ['-trimpath', `-tags=${buildTagsOf(program.part)}`, '-ldflags', linkerFlagsOf(program.part)]
    await run('go', ['build', ...flags, ...modFile, '-o', temporary, program.package], {
      cwd: partFolder(program.part),
      env: GO_ENVIRONMENT,
      ...(signal && { signal }),
    })
    await rename(temporary, target)
  } finally {
    await rm(temporary, { force: true })
    await rm(`${temporary}.source`, { recursive: true, force: true })
  }
}

/**
 * Where a published module lacks files, they lie in the part's folder `additions`. Copies the module, adds them, and
 * gives the flag that makes Go build from the copy.
 */
async function completeModule(part: Part, workFolder: string): Promise<readonly string[]> {
  const additions = join(partFolder(part), 'additions')
  if (!existsSync(additions)) return []
  const source = join(workFolder, 'module')
  await mkdir(source, { recursive: true })
  await run('cp', ['-R', '--no-preserve=mode', `${await moduleFolder(part)}/.`, source])
  for (const file of await readdir(additions, { recursive: true, encoding: 'utf8' })) {
    // The ending .txt keeps Go from taking the file for a part of the folder that it waits in.
    if (file.endsWith('.go.txt')) await copyFile(join(additions, file), join(source, file.slice(0, -'.txt'.length)))
  }
  const modFile = join(workFolder, 'build.mod')
  await copyFile(join(partFolder(part), 'go.mod'), modFile)
  await copyFile(join(partFolder(part), 'go.sum'), join(workFolder, 'build.sum'))
  await run('go', ['mod', 'edit', `-replace=${moduleOf(part)}=${source}`, modFile])
  return [`-modfile=${modFile}`]
}

/** Folder of a part's module in Go's module cache, downloaded if need be. */
export async function moduleFolder(part: Part): Promise<string> {
  const folder = await run('go', ['mod', 'download', '-json', moduleOf(part)], { cwd: partFolder(part), env: GO_ENVIRONMENT })
  return (JSON.parse(folder) as { Dir: string }).Dir
}

/**
 * Takes files of a part's module into the cache, so that a later start does not need Go, and gives their folder.
 * `convert` gives a file's new name and content, or undefined to leave it out.
 */
export async function moduleFiles(part: Part, folder: string, convert: (name: string, content: string) => ConvertedFile | undefined): Promise<string> {
  const target = join(cacheFolder(), 'programs', cacheKeyOf(part), folder)
  if (existsSync(target)) return target
  return await exclusively(`files/${target}`, async () => {
    if (existsSync(target)) return target
    const source = join(await moduleFolder(part), folder)
    const temporary = `${target}.converting`
    await mkdir(temporary, { recursive: true })
    for (const entry of await readdir(source, { withFileTypes: true })) {
      const file = entry.isFile() ? convert(entry.name, await readFile(join(source, entry.name), 'utf8')) : undefined
      if (file) await writeFile(join(temporary, file.name), file.content)
    }
    await rename(temporary, target)
    return target
  })
}

export interface ConvertedFile {
  readonly name: string
  readonly content: string
}
