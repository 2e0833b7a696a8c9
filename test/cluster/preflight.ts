import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { cgroupHierarchies } from './cgroups.ts'
import type { NodeKind } from './cluster-state.ts'
import { exists, missingPackages } from './debian-packages.ts'
import { missingPrograms } from './build-cache.ts'
import { partFolder } from './versions.ts'
import type { Program } from './versions.ts'

/** All that this machine lacks for a cluster, one sentence each with its mend; empty when nothing. */
export async function machineProblems(nodes: NodeKind, programs: readonly Program[]): Promise<readonly string[]> {
  const problems = [...basicProblems(), ...packageProblems(nodes), ...goProblems(programs)]
  if (nodes === 'kubelet' && problems.length === 0) problems.push(...(await cgroupProblems()))
  return problems
}

export const ROOT_NEEDED =
  'A cluster needs root, for its network and its containers: run the same command by sudo -E env "PATH=$PATH", or set KUBECONFIG to use a cluster that you have.'

export function isRoot(): boolean {
  return process.getuid?.() === 0
}

function basicProblems(): string[] {
  if (process.platform !== 'linux') return [`A cluster runs on Linux only, and this is ${process.platform}: set KUBECONFIG to use a cluster that you have.`]
  if (process.getuid?.() !== 0) return [ROOT_NEEDED]
  if (!exists('unshare')) return ['The command unshare is missing: install util-linux.']
  const namespaces = spawnSync('unshare', ['--net', '--mount', '--propagation', 'private', '--', 'true'], { encoding: 'utf8' })
  if (namespaces.status === 0) return []
  return [
    `This machine makes no network and mount namespaces (${namespaces.stderr.trim()}): run in a virtual machine or a privileged container, or set KUBECONFIG.`,
  ]
}

function packageProblems(nodes: NodeKind): string[] {
  const packages = missingPackages(nodes === 'kubelet')
  if (packages.length === 0 || (exists('apt-get') && isRoot())) return []
  return [`Programs are missing: install them with "sudo apt-get install -y ${packages.join(' ')}" or your system's like.`]
}

function goProblems(programs: readonly Program[]): string[] {
  const parts = [...new Set(missingPrograms(programs).map(({ part }) => part))]
  if (parts.length === 0) return []
  if (!exists('go'))
    return [
      'Go is missing, and programs have to be built: install Go 1.25.7 or newer from https://go.dev/dl/ and put it on the PATH, which sudo does not take along: sudo -E env "PATH=$PATH".',
    ]
  // Go itself judges whether it is new enough for a go.mod, or may fetch a newer one.
  for (const part of parts) {
    const check = spawnSync('go', ['env', 'GOVERSION'], { cwd: partFolder(part), encoding: 'utf8' })
    if (check.status !== 0) return [`Go is too old (${check.stderr.trim().split('\n').at(-1)}): install one that is new enough from https://go.dev/dl/.`]
  }
  return []
}

async function cgroupProblems(): Promise<string[]> {
  const { version, mounts } = await cgroupHierarchies()
  const controllers = version === 1 ? mounts.map((mount) => basename(mount)) : (await readFile(join(mounts[0] ?? '', 'cgroup.controllers'), 'utf8')).split(/\s/)
  const missing = ['cpu', 'memory', 'pids'].filter((controller) => !controllers.some((name) => name.split(',').includes(controller)))
  const advice = 'run in a virtual machine or a privileged container, or set KUBECONFIG.'
  if (missing.length > 0) return [`The cgroups of this machine lack ${missing.join(', ')}: ${advice}`]
  const [mount] = mounts
  if (mount === undefined || takesFolders(mount)) return []
  return [`The cgroups below ${mount} cannot be written: ${advice}`]
}

/** A trial cgroup says more than the rights on the folder, which may be mounted read-only. Each has a name of its own: several test files ask at once. */
export function takesFolders(folder: string): boolean {
  try {
    rmdirSync(mkdtempSync(join(folder, 'trial-of-hybrid-runner-')))
    return true
  } catch {
    return false
  }
}
