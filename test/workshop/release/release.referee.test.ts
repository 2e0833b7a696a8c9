import { spawn } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import packageJson from '../../../package.json' with { type: 'json' }
import { helmProgram } from '../../charts/helm.ts'
import { run } from '../../cluster/shell.ts'
import { waitFor } from '../../cluster/waiting.ts'
import { debianProgram } from '../../image/debian-program.ts'
import { ROOT } from '../run-program.ts'
import type { Sbom } from './sbom.ts'

/** Two builds of the image for two architectures take minutes, and ask Debian for a foreign architecture's packages. */
const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'
const { name, version } = packageJson

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'release-'))
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

async function releaseTo(out: string, ...args: readonly string[]): Promise<{ readonly image: string | null; readonly files: Record<string, string> }> {
  await run(process.execPath, ['test/workshop/release/release.ts', '--out', out, ...args], { cwd: ROOT })
  return JSON.parse(await readFile(join(out, 'digests.json'), 'utf8')) as { image: string | null; files: Record<string, string> }
}

/** Helm with nothing of this machine's own. */
async function helm(...args: readonly string[]): Promise<string> {
  const env = { HELM_CONFIG_HOME: join(folder, 'config'), HELM_CACHE_HOME: join(folder, 'cache'), HELM_DATA_HOME: join(folder, 'data') }
  return run(await helmProgram(4), args, { env })
}

const NEEDED = ['--set', 'config.authToken=x', '--set', 'ecrRegistryHelper.enabled=false']

test('the chart repository is one that Helm adds, finds the chart in and renders', async () => {
  const out = join(folder, 'chart')
  await releaseTo(out, '--without-image')
  const server = createServer(({ url = '' }, response) =>
    createReadStream(join(out, 'charts', url))
      .on('error', () => response.writeHead(404).end())
      .pipe(response),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await helm('repo', 'add', 'runner', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    expect(await helm('search', 'repo', 'runner')).toContain(`runner/${name}\t${version}`)
    expect(await helm('template', 'collate-prod', `runner/${name}`, ...NEEDED)).toContain('kind: Deployment')
  } finally {
    server.close()
  }
})

test('the list of parts names every package that the program is bundled from, and Node, the same each time', async () => {
  const [one, other] = [join(folder, 'one'), join(folder, 'other')]
  const [first, second] = [await releaseTo(one, '--without-image'), await releaseTo(other, '--without-image')]
  const file = `${name}-${version}.cdx.json`
  expect(first.files[file]).toBe(second.files[file])
  const { components } = JSON.parse(await readFile(join(one, file), 'utf8')) as Sbom
  const parts = components.map((component) => `${component.name}@${component.version}`)
  const wanted = Object.entries(packageJson.dependencies).map(([dependency, exact]) => `${dependency}@${exact}`)
  expect(parts).toEqual(expect.arrayContaining([...wanted, `node@${packageJson.devDependencies.node}`]))
  expect(parts.filter((part) => part.startsWith('vitest@'))).toEqual([])
})

describe.runIf(IS_ALL)('the image of a release', () => {
  const archiveIn = (out: string): string => join(out, `${name}-${version}.oci.tar`)

  test('has one digest in two builds, for two architectures', { timeout: 900_000 }, async () => {
    const first = await releaseTo(join(folder, 'first'), '--local-bases')
    const second = await releaseTo(join(folder, 'second'), '--local-bases')
    expect(first.image).toMatch(/^sha256:/)
    expect(second.image).toBe(first.image)
    expect(await architecturesOf(archiveIn(join(folder, 'first')))).toEqual(['amd64', 'arm64'])
  })

  test('starts on arm64', { timeout: 300_000 }, async () => {
    const root = join(folder, 'arm64')
    await unpack(archiveIn(join(folder, 'first')), 'arm64', root)
    const emulator = await debianProgram(['qemu-user-static'], 'usr/bin/qemu-aarch64-static')
    const program = join(root, 'opt/hybrid-runner/hybrid-runner.js')
    expect(await run(emulator, ['-L', root, join(root, 'usr/local/bin/node'), program, '--version'])).toBe(`${version}\n`)
  })

  test('goes to a registry as one index, with the chart beside it, and both come back', { timeout: 300_000 }, async () => {
    await withRegistry(async (host) => {
      const skopeo = await debianProgram(['skopeo'], 'usr/bin/skopeo')
      await run(skopeo, [
        'copy',
        '--all',
        '--insecure-policy',
        '--dest-tls-verify=false',
        `oci-archive:${archiveIn(join(folder, 'first'))}`,
        `docker://${host}/${name}:${version}`,
      ])
      const digest = (await run(skopeo, ['inspect', '--tls-verify=false', '--format', '{{ .Digest }}', `docker://${host}/${name}:${version}`])).trim()
      const { image } = JSON.parse(await readFile(join(folder, 'first/digests.json'), 'utf8')) as { readonly image: string }
      expect(digest).toBe(image)

      await helm('push', join(folder, 'first/charts', `${name}-${version}.tgz`), `oci://${host}/charts`, '--plain-http')
      const rendered = await helm('template', 'collate-prod', `oci://${host}/charts/${name}`, '--version', version, '--plain-http', ...NEEDED)
      expect(rendered).toContain('kind: Deployment')
    })
  })
})

async function jsonIn(
  archive: string,
  path: string,
): Promise<{ readonly manifests: readonly Entry[]; readonly layers: readonly { readonly digest: string }[] }> {
  return JSON.parse(await run('tar', ['xfO', archive, path])) as { manifests: readonly Entry[]; layers: readonly { digest: string }[] }
}

interface Entry {
  readonly digest: string
  readonly platform?: { readonly architecture: string }
}

const blobOf = (digest: string): string => `blobs/${digest.replace(':', '/')}`

async function entriesOf(archive: string): Promise<readonly Entry[]> {
  const [index] = (await jsonIn(archive, 'index.json')).manifests
  return (await jsonIn(archive, blobOf(index?.digest ?? ''))).manifests
}

async function architecturesOf(archive: string): Promise<readonly (string | undefined)[]> {
  return (await entriesOf(archive)).map(({ platform }) => platform?.architecture).toSorted()
}

/** The files of one architecture's image below `root`. */
async function unpack(archive: string, architecture: string, root: string): Promise<void> {
  const entry = (await entriesOf(archive)).find(({ platform }) => platform?.architecture === architecture)
  await mkdir(root)
  for (const { digest } of (await jsonIn(archive, blobOf(entry?.digest ?? ''))).layers) {
    await run('sh', ['-c', 'tar xfO "$1" "$2" | tar xz -C "$3"', 'sh', archive, blobOf(digest), root])
  }
}

/** A registry of images that lives as long as `work`. */
async function withRegistry(work: (host: string) => Promise<void>): Promise<void> {
  const config = join(folder, 'registry.yml')
  const port = await freePort()
  await writeFile(
    config,
    JSON.stringify({ version: 0.1, storage: { filesystem: { rootdirectory: join(folder, 'registry') } }, http: { addr: `127.0.0.1:${port}` } }),
  )
  const child = spawn(await debianProgram(['docker-registry'], 'usr/bin/docker-registry'), ['serve', config], { stdio: 'ignore' })
  try {
    const isUp = async (): Promise<true | undefined> => ((await fetch(`http://127.0.0.1:${port}/v2/`)).ok ? true : undefined)
    await waitFor(isUp, { what: 'the answer of the registry', timeoutMs: 20_000 })
    await work(`127.0.0.1:${port}`)
  } finally {
    child.kill()
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
