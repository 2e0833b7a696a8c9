import { appendFile, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../cluster/shell.ts'
import { HOST_ARCHITECTURE } from '../image/architecture.ts'
import { certificates, emptyRoot } from '../image/base-image.ts'
import { extractPackages } from '../image/debian-files.ts'

/** What the packages of an image with Debian's Python ask for at most, from the C library up. */
const PACKAGES = ['base-files', 'libc6', 'libgcc-s1', 'libstdc++6', 'ca-certificates', 'netbase', 'tzdata', 'python3-minimal', 'python3'] as const

/** What they ask for to install themselves, or for a person at a terminal. */
const NOT_NEEDED = /^(dpkg|tar|perl|libperl|debconf|openssl|install-info|readline-common|mailcap|mime-support|libgdbm|ucf|sensible-utils)/

/** Writes a root folder with Debian's Python, as `python` on the PATH, and a user for it. Gives the folder where Python looks for packages. */
export async function pythonRoot(root: string): Promise<string> {
  await emptyRoot(root)
  await extractPackages(await packagesAskedFor(), root, HOST_ARCHITECTURE)
  await certificates(root)
  await mkdir(join(root, 'usr/local/bin'), { recursive: true })
  await symlink('../../bin/python3', join(root, 'usr/local/bin/python'))
  await mkdir(join(root, 'etc'), { recursive: true })
  await appendFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/false\ningestion:x:1000:1000::/ingestion:/bin/false\n')
  const version = await run('/usr/bin/python3', ['-c', 'import sys; print(f"{sys.version_info.major}.{sys.version_info.minor}")'])
  return join(root, 'usr/local/lib', `python${version.trim()}`, 'dist-packages')
}

async function packagesAskedFor(): Promise<readonly string[]> {
  const without = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map((kind) => `--no-${kind}`)
  const lines = (await run('apt-cache', ['depends', '--recurse', ...without, ...PACKAGES])).split('\n')
  return [...new Set(lines.filter((line) => /^[a-z0-9]/.test(line) && !NOT_NEEDED.test(line) && !line.includes(':')))]
}
