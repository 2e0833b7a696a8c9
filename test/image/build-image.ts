import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../cluster/shell.ts'
import type { Architecture } from './architecture.ts'
import type { Bases } from './base-image.ts'
import type { Buildah } from './buildah.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What a build is told beside the Dockerfile. */
export interface ImageBuild {
  readonly architecture: Architecture
  readonly version: string
  /** Without them the Dockerfile's own. */
  readonly bases: Bases | undefined
  /** Where the bundle lies: see `writeContext`. */
  readonly context: string
}

/** Writes the files that the Dockerfile copies below `folder`, which is the build's context then. */
export async function writeContext(folder: string): Promise<void> {
  await run(process.execPath, ['build.ts', '--image', join(folder, 'dist/image')], { cwd: ROOT })
}

/** Builds the image of one architecture under `name`. All times in it are 0: equal files give an equal digest. */
export async function buildImage(buildah: Buildah, name: string, { architecture, version, bases, context }: ImageBuild): Promise<void> {
  const args = Object.entries({ ...bases, VERSION: version }).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`])
  const options = ['--quiet', '--timestamp', '0', '--format', 'oci', '--platform', `linux/${architecture}`, ...(bases ? ['--pull-never'] : [])]
  await buildah('build', ...options, ...args, '--file', join(ROOT, 'Dockerfile'), '--tag', name, context)
}
