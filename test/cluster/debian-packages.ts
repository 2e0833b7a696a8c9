import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { exclusively } from './exclusive.ts'
import type { Progress } from './progress.ts'
import { run } from './shell.ts'

interface Need {
  readonly package: string
  readonly present: () => boolean
}

const program =
  (name: string): Need['present'] =>
  () =>
    exists(name)

const ALWAYS: readonly Need[] = [
  { package: 'openssl', present: program('openssl') },
  { package: 'iproute2', present: program('ip') },
  { package: 'util-linux', present: program('nsenter') },
]

const FOR_KUBELET: readonly Need[] = [
  { package: 'containerd', present: program('containerd') },
  { package: 'containerd', present: program('ctr') },
  { package: 'runc', present: program('runc') },
  { package: 'containernetworking-plugins', present: () => cniPlugins() !== undefined },
  { package: 'iptables', present: program('iptables') },
  { package: 'conntrack', present: program('conntrack') },
  { package: 'busybox-static', present: () => isStatic(BUSYBOX) },
]

/** Debian packages that a cluster needs and this machine lacks. */
export function missingPackages(withKubelet: boolean): readonly string[] {
  const needs = withKubelet ? [...ALWAYS, ...FOR_KUBELET] : ALWAYS
  return [...new Set(needs.filter(({ present }) => !present()).map((need) => need.package))]
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

/** Where the plug-ins of the pod network lie on this machine. */
export function cniPlugins(): string | undefined {
  return ['/usr/lib/cni', '/opt/cni/bin'].find((folder) => existsSync(join(folder, 'bridge')) && existsSync(join(folder, 'host-local')))
}

/** The shell of test images. It is alone in them, so it must not ask for a loader. */
export const BUSYBOX = '/bin/busybox'

function isStatic(path: string): boolean {
  return existsSync(path) && !readFileSync(path).subarray(0, 8192).includes('/ld-')
}

/** Whether a command is on the PATH, or a file is at an absolute path. */
export function exists(command: string): boolean {
  if (command.startsWith('/')) return existsSync(command)
  return searchPath().some((folder) => existsSync(join(folder, command)))
}

/** The PATH with the folders of system programs, which a plain user's PATH may lack. */
export function searchPath(): readonly string[] {
  return [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']
}
