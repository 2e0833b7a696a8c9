import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { exclusively } from '../cluster/exclusive.ts'
import { cacheFolder } from '../cluster/folders.ts'
import { HOST_ARCHITECTURE } from './architecture.ts'
import { extractPackages } from './debian-files.ts'

/** Path of a program out of a Debian package that is not installed: its files lie in the cache, so no service of it starts. */
export async function debianProgram(packages: readonly string[], path: string): Promise<string> {
  const folder = join(cacheFolder(), 'programs', `debian-${packages.join('-')}`)
  if (existsSync(join(folder, path))) return join(folder, path)
  return exclusively(`extract-${folder}`, async () => {
    if (existsSync(join(folder, path))) return join(folder, path)
    const temporary = `${folder}.extracting`
    await rm(temporary, { recursive: true, force: true })
    await mkdir(dirname(folder), { recursive: true })
    await mkdir(temporary)
    await extractPackages(packages, temporary, HOST_ARCHITECTURE)
    await rename(temporary, folder)
    return join(folder, path)
  })
}
