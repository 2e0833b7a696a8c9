import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../cluster/shell.ts'

/** What a distroless base with a C++ library holds, as Debian packages, and the one library that Node asks for beyond. */
const BASE_PACKAGES = ['base-files', 'libc6', 'libgcc-s1', 'libstdc++6', 'ca-certificates', 'tzdata', 'netbase'] as const
const NODE_LIBRARY = 'libatomic1'

/** The two images that the Dockerfile builds on, in place of those of a registry: made of this machine's Debian packages and its Node. */
export interface LocalBases {
  readonly base: string
  readonly node: string
}

/** Writes the two root folders below `folder`. Asks apt-get for the packages. */
export async function baseFolders(folder: string): Promise<LocalBases> {
  const bases = { base: join(folder, 'base'), node: join(folder, 'node') }
  const packages = await mkdtemp(join(tmpdir(), 'packages-'))
  try {
    await run('apt-get', ['update', '-qq'])
    await run('apt-get', ['download', '-qq', ...BASE_PACKAGES, NODE_LIBRARY], { cwd: packages, env: { APT_SANDBOX_USER: 'root' } })
    for (const root of Object.values(bases)) await mergedUsr(root)
    for (const file of await readdir(packages)) {
      await run('dpkg-deb', ['--extract', join(packages, file), file.startsWith(NODE_LIBRARY) ? bases.node : bases.base])
    }
    await certificates(bases.base)
    await mkdir(join(bases.node, 'usr/local/bin'), { recursive: true })
    await cp(process.execPath, join(bases.node, 'usr/local/bin/node'), { dereference: true })
    return bases
  } finally {
    await rm(packages, { recursive: true, force: true })
  }
}

/** Debian's packages name /lib, which is a link to /usr/lib there. */
async function mergedUsr(root: string): Promise<void> {
  for (const name of ['bin', 'lib', 'lib64', 'sbin']) {
    await mkdir(join(root, 'usr', name), { recursive: true })
    await symlink(`usr/${name}`, join(root, name))
  }
  await mkdir(join(root, 'tmp'), { mode: 0o1777 })
}

/** The package makes its bundle when it is installed; ours is this machine's. */
async function certificates(root: string): Promise<void> {
  await mkdir(join(root, 'etc/ssl/certs'), { recursive: true })
  await cp('/etc/ssl/certs/ca-certificates.crt', join(root, 'etc/ssl/certs/ca-certificates.crt'), { dereference: true }).catch(() => undefined)
}
