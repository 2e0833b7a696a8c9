import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { exclusively } from './exclusive.ts'
import type { Progress } from './progress.ts'
import { run } from './shell.ts'

interface Need {
  readonly package: string
  /** Present when one of these is: a command of the PATH, or an absolute path. */
  readonly present: readonly string[]
}

const ALWAYS: readonly Need[] = [
  { package: 'openssl', present: ['openssl'] },
  { package: 'iproute2', present: ['ip'] },
  { package: 'util-linux', present: ['nsenter'] },
]

const FOR_KUBELET: readonly Need[] = [
  { package: 'containerd', present: ['containerd'] },
  { package: 'containerd', present: ['ctr'] },
  { package: 'runc', present: ['runc'] },
  { package: 'containernetworking-plugins', present: ['/usr/lib/cni/bridge', '/opt/cni/bin/bridge'] },
  { package: 'iptables', present: ['iptables'] },
  { package: 'conntrack', present: ['conntrack'] },
  { package: 'busybox-static', present: ['/bin/busybox'] },
]

/** Debian packages that a cluster needs and this machine lacks. */
export function missingPackages(withKubelet: boolean): readonly string[] {
  const needs = withKubelet ? [...ALWAYS, ...FOR_KUBELET] : ALWAYS
  return [...new Set(needs.filter(({ present }) => !present.some(exists)).map((need) => need.package))]
}

/** Installs packages with apt-get. Assumes root. */
export async function installPackages(packages: readonly string[], progress: Progress): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  await exclusively('packages', () =>
    progress.during(`installing the Debian packages ${packages.join(' ')}`, async () => {
      await run('apt-get', ['update', '-qq'], { env })
      await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env })
    }),
  )
}

/** Whether a command is on the PATH, or a file is at an absolute path. */
export function exists(command: string): boolean {
  if (command.startsWith('/')) return existsSync(command)
  return searchPath().some((folder) => existsSync(join(folder, command)))
}

/** The PATH with the folders of system programs, which a plain user's PATH may lack. */
function searchPath(): readonly string[] {
  return [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']
}
