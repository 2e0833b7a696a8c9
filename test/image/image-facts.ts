import { createReadStream } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { run } from '../cluster/shell.ts'

/** What an image is like, read from its archive. */
export interface ImageFacts {
  /** Of all layers, unpacked. */
  readonly bytes: number
  readonly user: string
  readonly labels: Readonly<Record<string, string>>
  readonly files: readonly string[]
}

interface Descriptor {
  readonly digest: string
}

/** Reads an OCI archive that holds one image of one architecture. */
export async function imageFacts(archive: string): Promise<ImageFacts> {
  const folder = await mkdtemp(join(tmpdir(), 'image-facts-'))
  try {
    await run('tar', ['xf', archive, '-C', folder])
    const blob = ({ digest }: Descriptor): string => join(folder, 'blobs', ...digest.split(':'))
    const json = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8')) as unknown
    const { manifests } = (await json(join(folder, 'index.json'))) as { readonly manifests: readonly [Descriptor] }
    const { config, layers } = (await json(blob(manifests[0]))) as { readonly config: Descriptor; readonly layers: readonly Descriptor[] }
    const image = (await json(blob(config))) as { readonly config: { readonly User?: string; readonly Labels?: Readonly<Record<string, string>> } }
    const sizes = await Promise.all(layers.map(async (layer) => unpackedBytes(blob(layer))))
    const names = await Promise.all(layers.map(async (layer) => run('tar', ['tzf', blob(layer)])))
    return {
      bytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
      user: image.config.User ?? '',
      labels: image.config.Labels ?? {},
      files: names.flatMap((text) => text.trim().split('\n')),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function unpackedBytes(layer: string): Promise<number> {
  let bytes = 0
  for await (const chunk of createReadStream(layer).pipe(createGunzip())) bytes += (chunk as Buffer).length
  return bytes
}
