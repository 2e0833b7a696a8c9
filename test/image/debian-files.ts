import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../cluster/shell.ts'
import type { Architecture } from './architecture.ts'

/** Gives the files of Debian packages, of any architecture, below `root`; nothing is installed on this machine. */
export async function extractPackages(packages: readonly string[], root: string, architecture: Architecture): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'packages-'))
  try {
    await downloadPackages(packages, folder, architecture)
    for (const file of await readdir(join(folder, 'archives'))) await run('dpkg-deb', ['--extract', join(folder, 'archives', file), root])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** apt-get with lists and an architecture of its own. */
async function downloadPackages(packages: readonly string[], folder: string, architecture: Architecture): Promise<void> {
  for (const path of ['archives', 'lists/partial', 'cache/archives/partial']) await mkdir(join(folder, path), { recursive: true })
  const settings = {
    'APT::Architecture': architecture,
    'APT::Architectures': architecture,
    'APT::Sandbox::User': 'root',
    'Dir::State::Lists': join(folder, 'lists'),
    'Dir::Cache': join(folder, 'cache'),
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  await run('apt-get', [...options, 'update', '-qq'])
  await run('apt-get', [...options, 'download', '-qq', ...packages], { cwd: join(folder, 'archives') })
}
