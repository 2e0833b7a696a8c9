import { chmod, cp, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Architecture } from './architecture.ts'
import { type Buildah, imageOfFolder } from './buildah.ts'
import { extractPackages } from './debian-files.ts'
import { writeNodeBinary } from './node-binary.ts'

/** What a distroless base with a C++ library holds, as Debian packages. */
const BASE_PACKAGES = ['base-files', 'libc6', 'libgcc-s1', 'libstdc++6', 'ca-certificates', 'tzdata', 'netbase'] as const

/** The images that the Dockerfile builds on, by the names of its arguments. */
export interface Bases {
  readonly BASE: string
  readonly NODE: string
}

/** The two images, in place of those of a registry: made of Debian's packages and of Node's own binary. */
export async function localBases(buildah: Buildah, architecture: Architecture): Promise<Bases> {
  const names = { BASE: `localhost/base-${architecture}`, NODE: `localhost/node-${architecture}` }
  const [base, node] = [join(buildah.folder, names.BASE), join(buildah.folder, names.NODE)]
  for (const root of [base, node]) await emptyRoot(root)
  await extractPackages(BASE_PACKAGES, base, architecture)
  await certificates(base)
  await extractPackages(['libatomic1'], node, architecture)
  await mkdir(join(node, 'usr/local/bin'), { recursive: true })
  await writeNodeBinary(join(node, 'usr/local/bin/node'), architecture)
  await imageOfFolder(buildah, base, names.BASE, architecture)
  await imageOfFolder(buildah, node, names.NODE, architecture)
  return names
}

/** Debian's packages name /lib, which is a link to /usr/lib there. */
export async function emptyRoot(root: string): Promise<void> {
  for (const name of ['bin', 'lib', 'lib64', 'sbin']) {
    await mkdir(join(root, 'usr', name), { recursive: true })
    await symlink(`usr/${name}`, join(root, name))
  }
  await mkdir(join(root, 'tmp'))
  await chmod(join(root, 'tmp'), 0o1777)
}

/** The package makes its bundle when it is installed; ours is this machine's, where it has one. */
export async function certificates(root: string): Promise<void> {
  await mkdir(join(root, 'etc/ssl/certs'), { recursive: true })
  await cp('/etc/ssl/certs/ca-certificates.crt', join(root, 'etc/ssl/certs/ca-certificates.crt'), { dereference: true }).catch(() => undefined)
}
