import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ociArchive } from './oci-archive.ts'
import type { ImageContent } from './oci-archive.ts'
import { run } from './shell.ts'

let folder: string

beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'oci-archive-'))))
afterAll(() => rm(folder, { recursive: true }))

const image: ImageContent = {
  files: [{ path: 'usr/bin/tool', mode: 0o755, content: Buffer.from('#!\n') }],
  links: [{ path: 'bin/tool', target: '../usr/bin/tool' }],
  folders: [{ path: 'tmp', mode: 0o1777 }],
  entrypoint: ['tool'],
  user: '1000:1000',
}

async function unpack(archive: Buffer, name: string): Promise<(path: string) => Promise<string>> {
  const path = join(folder, name)
  await writeFile(path, archive)
  return (entry) => run('tar', ['--extract', '--to-stdout', '--file', path, entry])
}

interface Descriptor {
  readonly digest: string
  readonly annotations?: Readonly<Record<string, string>>
}

const blob = ({ digest }: Descriptor): string => `blobs/${digest.replace(':', '/')}`

test('the archive is read by tar, and every blob is where its digest says', async () => {
  const read = await unpack(ociArchive(image, ['localhost/a:1', 'localhost/a:2']), 'image.tar')
  const index = JSON.parse(await read('index.json')) as { manifests: readonly Descriptor[] }
  expect(index.manifests.map(({ annotations }) => annotations?.['io.containerd.image.name'])).toEqual(['localhost/a:1', 'localhost/a:2'])
  const [first] = index.manifests
  if (!first) throw new Error('no manifest')
  const manifest = JSON.parse(await read(blob(first))) as { config: Descriptor; layers: readonly Descriptor[] }
  const [layer] = manifest.layers
  if (!layer) throw new Error('no layer')
  const config = JSON.parse(await read(blob(manifest.config))) as unknown
  expect(config).toMatchObject({ config: { Entrypoint: ['tool'], User: '1000:1000' }, rootfs: { diff_ids: [layer.digest] } })
  const listing = await run('sh', ['-c', 'tar -xOf "$1" "$2" | tar -tvf - | awk \'{print $1, $2, $6, $7, $8}\'', 'sh', join(folder, 'image.tar'), blob(layer)])
  expect(
    listing
      .trim()
      .split('\n')
      .map((line) => line.trim()),
  ).toEqual([
    'drwxr-xr-x 0/0 bin/',
    'drwxrwxrwt 0/0 tmp/',
    'drwxr-xr-x 0/0 usr/',
    'drwxr-xr-x 0/0 usr/bin/',
    '-rwxr-xr-x 0/0 usr/bin/tool',
    'lrwxrwxrwx 0/0 bin/tool -> ../usr/bin/tool',
  ])
})

test('equal content gives equal bytes, and other content others', () => {
  expect(ociArchive(image, ['a']).equals(ociArchive(structuredClone(image), ['a']))).toBe(true)
  expect(ociArchive(image, ['a']).equals(ociArchive({ ...image, user: '0' }, ['a']))).toBe(false)
})

test('a path that a tar header cannot hold is refused', () => {
  const path = 'x'.repeat(101)
  expect(() => ociArchive({ files: [{ path, content: Buffer.alloc(0) }] }, ['a'])).toThrow('longer than the 100 bytes')
})
