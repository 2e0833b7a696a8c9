import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../../cluster/shell.ts'
import { ARCHITECTURES } from '../../image/architecture.ts'
import { localBases } from '../../image/base-image.ts'
import { buildImage, writeContext } from '../../image/build-image.ts'
import { withBuildah } from '../../image/buildah.ts'

export interface IndexOptions {
  readonly version: string
  /** Bases of Debian's packages in place of those that the Dockerfile names, which lie in registries. */
  readonly hasLocalBases: boolean
}

/** Builds the image for every architecture and writes one archive of them all. Gives the digest of their index. */
export async function writeImageIndex(archive: string, { version, hasLocalBases }: IndexOptions): Promise<string> {
  return withBuildah(async (buildah) => {
    const context = join(buildah.folder, 'context')
    await writeContext(context)
    await buildah('manifest', 'create', 'localhost/index')
    for (const architecture of ARCHITECTURES) {
      const bases = hasLocalBases ? await localBases(buildah, architecture) : undefined
      const name = `localhost/hybrid-ingestion-runner-${architecture}:${version}`
      await buildImage(buildah, name, { architecture, version, bases, context })
      await buildah('manifest', 'add', 'localhost/index', name)
    }
    await buildah('manifest', 'push', '--quiet', '--all', 'localhost/index', `oci-archive:${archive}:${version}`)
    return digestOfIndex(archive)
  })
}

/** Digest of what an OCI archive holds. */
async function digestOfIndex(archive: string): Promise<string> {
  const { manifests } = JSON.parse(await run('tar', ['xfO', archive, 'index.json'])) as { readonly manifests: readonly [{ readonly digest: string }] }
  return manifests[0].digest
}

/** Version of Node that the Dockerfile's base brings; the one that the program is tested with must be the same. */
export async function nodeOfDockerfile(root: string): Promise<string | undefined> {
  return /^ARG NODE=.*\/node:([\d.]+)-/m.exec(await readFile(join(root, 'Dockerfile'), 'utf8'))?.[1]
}
