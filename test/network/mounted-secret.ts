import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A Secret as the kubelet mounts it: each file is a link through `..data`, which is swapped for a new folder when the Secret changes. */
export interface MountedSecret {
  pathOf(key: string): string
  update(content: Readonly<Record<string, string>>): Promise<void>
  remove(): Promise<void>
}

export async function mountSecret(content: Readonly<Record<string, string>>): Promise<MountedSecret> {
  const folder = await mkdtemp(join(tmpdir(), 'mounted-secret-'))
  let version = 0
  const update = async (files: Readonly<Record<string, string>>): Promise<void> => {
    version += 1
    const name = `..2026_11_24_${version}`
    await mkdir(join(folder, name))
    for (const [key, value] of Object.entries(files)) await writeFile(join(folder, name, key), value)
    await symlink(name, join(folder, '..data_tmp'))
    await rename(join(folder, '..data_tmp'), join(folder, '..data'))
    if (version > 1) await rm(join(folder, `..2026_11_24_${version - 1}`), { recursive: true })
  }
  await update(content)
  for (const key of Object.keys(content)) await symlink(join('..data', key), join(folder, key))
  return { pathOf: (key) => join(folder, key), update, remove: async () => rm(folder, { recursive: true }) }
}
