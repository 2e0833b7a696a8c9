import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import type { ParseArgsConfig } from 'node:util'
import { buildPrograms, programPath } from './build-cache.ts'
import { processesOf } from './cgroups.ts'
import { readState } from './cluster-state.ts'
import type { NodeKind } from './cluster-state.ts'
import { kubernetesPart, versionOf } from './versions.ts'
import { releaseOf } from './wanted-release.ts'
import { DEFAULT_NAME, findCluster, programsFor, startCluster, stopCluster } from './cluster.ts'
import type { Cluster } from './cluster-handle.ts'
import { externalCluster, externalKubeconfig } from './external-cluster.ts'
import { clusterPaths, nameProblem } from './folders.ts'
import { loadArchive } from './images.ts'
import { networkOf } from './network.ts'
import { InputError, MachineError } from './machine-error.ts'
import { isRoot, machineProblems, ROOT_NEEDED } from './preflight.ts'
import { consoleProgress } from './progress.ts'
import { everyClusterName } from './remains.ts'
import { namespaceHolderOf } from './running-daemons.ts'

export interface CommandInput {
  readonly values: Readonly<Record<string, unknown>>
  readonly operands: readonly string[]
  readonly signal: AbortSignal
}

export interface Command {
  readonly summary: string
  readonly help: string
  readonly options: NonNullable<ParseArgsConfig['options']>
  readonly run: (input: CommandInput) => Promise<number>
}

const NAME_OPTION = { name: { type: 'string', default: DEFAULT_NAME } } as const
const NAME_HELP = `  --name NAME     which cluster; default ${DEFAULT_NAME}`
const NODES: readonly NodeKind[] = ['kubelet', 'kwok', 'none']

const start: Command = {
  summary: 'bring up a cluster, or say that it runs',
  help: [
    'Usage: node test/cluster/cli.ts start [--name NAME] [--nodes kubelet|kwok|none] [--kubernetes oldest|default|newest] [--argo | --argo-full-schemas] [--no-audit-log]',
    '',
    NAME_HELP,
    '  --nodes KIND    kubelet: a real node (default); kwok: nodes that only play pods; none',
    '  --kubernetes RELEASE  the oldest that is supported, the one that tests run on (default), or the newest that is published',
    "  --argo          with Argo's real workflow controller",
    '  --argo-full-schemas  the same, and the API server refuses Workflows with wrong fields; about 10 seconds slower',
    '  --no-audit-log  without the log of API requests',
    '',
    'Example: node test/cluster/cli.ts start && export KUBECONFIG=$(node test/cluster/cli.ts kubeconfig)',
  ].join('\n'),
  options: {
    ...NAME_OPTION,
    'nodes': { type: 'string', default: 'kubelet' },
    'kubernetes': { type: 'string', default: 'default' },
    'argo': { type: 'boolean' },
    'argo-full-schemas': { type: 'boolean' },
    'no-audit-log': { type: 'boolean' },
  },
  run: async ({ values, signal }) => {
    const cluster = await startCluster({
      name: nameOf(values),
      nodes: nodesOf(values),
      kubernetes: releaseOf('--kubernetes', values['kubernetes']),
      argo: values['argo-full-schemas'] === true ? 'full-schemas' : values['argo'] === true,
      auditLog: values['no-audit-log'] !== true,
      reuse: true,
      signal,
    })
    print(`${cluster.external ? 'in use' : cluster.startedHere ? 'started' : 'runs already'}: ${cluster.name} at ${cluster.apiServerUrl}`)
    print(`export KUBECONFIG=${cluster.kubeconfigPath}`)
    return 0
  },
}

const stop: Command = {
  summary: 'end a cluster, or clear what a crash left of it',
  help: ['Usage: node test/cluster/cli.ts stop [--name NAME | --all]', '', NAME_HELP, '  --all           every cluster of this machine'].join('\n'),
  options: { ...NAME_OPTION, all: { type: 'boolean' } },
  run: async ({ values }) => {
    needRoot()
    const names = values['all'] === true ? await everyClusterName() : [nameOf(values)]
    for (const name of names) print((await stopCluster(name)) ? `stopped: ${name}` : `there is no cluster ${name}`)
    return 0
  },
}

const status: Command = {
  summary: 'tell whether a cluster runs; exit code 1 when not',
  help: ['Usage: node test/cluster/cli.ts status [--name NAME]', '', NAME_HELP].join('\n'),
  options: NAME_OPTION,
  run: async ({ values }) => {
    const name = nameOf(values)
    needRoot()
    const cluster = await findCluster(name)
    print(cluster ? `${name}: running, ${cluster.nodes}, ${cluster.apiServerUrl}, ${cluster.kubeconfigPath}` : `${name}: not running`)
    return cluster ? 0 : 1
  },
}

const list: Command = {
  summary: 'list all clusters of this machine, also what crashes left',
  help: 'Usage: node test/cluster/cli.ts list',
  options: {},
  run: async () => {
    needRoot()
    const rows = await Promise.all((await everyClusterName()).map(rowOf))
    if (rows.length === 0) print('no clusters')
    for (const row of rows) print(row.join('  '))
    return 0
  },
}

const kubeconfig: Command = {
  summary: "print the path of a cluster's kubeconfig",
  help: ['Usage: node test/cluster/cli.ts kubeconfig [--name NAME] [--content]', '', NAME_HELP, '  --content       the file itself'].join('\n'),
  options: { ...NAME_OPTION, content: { type: 'boolean' } },
  run: async ({ values }) => {
    const { kubeconfigPath } = await running(nameOf(values))
    print(values['content'] === true ? (await readFile(kubeconfigPath, 'utf8')).trimEnd() : kubeconfigPath)
    return 0
  },
}

const loadImage: Command = {
  summary: "put images (an OCI or docker archive) into a cluster's node",
  help: ['Usage: node test/cluster/cli.ts load-image [--name NAME] ARCHIVE...', '', NAME_HELP].join('\n'),
  options: NAME_OPTION,
  run: async ({ values, operands }) => {
    if (operands.length === 0) throw new InputError('load-image: name at least one archive')
    const cluster = await running(nameOf(values))
    for (const archive of operands) {
      await loadArchive(cluster, archive)
      print(`loaded: ${archive}`)
    }
    return 0
  },
}

const exec: Command = {
  summary: "run a command in a cluster's network, with its KUBECONFIG",
  help: ['Usage: node test/cluster/cli.ts exec [--name NAME] -- COMMAND [ARGUMENT...]', '', NAME_HELP].join('\n'),
  options: NAME_OPTION,
  run: async ({ values, operands }) => {
    const [program, ...args] = operands
    if (program === undefined) throw new InputError('exec: name the command after --, as in: exec -- ip address')
    const { name, kubeconfigPath, external } = await running(nameOf(values))
    const enter = external ? [] : ['nsenter', '--target', String(await namespaceHolderOf({ name })), '--net', '--mount', '--']
    const [command = program, ...rest] = [...enter, program, ...args]
    const child = spawn(command, rest, { stdio: 'inherit', env: { ...process.env, KUBECONFIG: kubeconfigPath } })
    return await new Promise((resolve, reject) => child.on('error', reject).on('exit', (code) => resolve(code ?? 1)))
  },
}

const build: Command = {
  summary: 'build the programs of a cluster into the cache, and start nothing',
  help: [
    'Usage: node test/cluster/cli.ts build [--nodes kubelet|kwok|none] [--kubernetes oldest|default|newest] [--argo] [--all]',
    '',
    '  --all           the programs of every kind of cluster, of one release of Kubernetes',
  ].join('\n'),
  options: {
    nodes: { type: 'string', default: 'kubelet' },
    kubernetes: { type: 'string', default: 'default' },
    argo: { type: 'boolean' },
    all: { type: 'boolean' },
  },
  run: async ({ values, signal }) => {
    const kubernetes = releaseOf('--kubernetes', values['kubernetes'])
    const kinds = values['all'] === true ? NODES : [nodesOf(values)]
    const needed = kinds.flatMap((nodes) => programsFor({ nodes, kubernetes, argo: values['argo'] === true || values['all'] === true }))
    const programs = [...new Map(needed.map((program) => [programPath(program), program])).values()]
    const problems = await machineProblems('none', programs)
    if (problems.length > 0) throw new MachineError(problems)
    await buildPrograms(programs, consoleProgress(process.stderr), signal)
    print(`built: ${programs.map(({ name }) => name).join(', ')}`)
    return 0
  },
}

export const commands: Readonly<Record<string, Command>> = { start, stop, status, list, kubeconfig, 'load-image': loadImage, exec, build }

/** The folders of clusters belong to root: for anyone else a cluster that runs would look like remains. */
function needRoot(): void {
  if (!isRoot()) throw new MachineError([ROOT_NEEDED])
}

async function rowOf(name: string): Promise<readonly string[]> {
  const [state, cluster, processes] = await Promise.all([readState(name), findCluster(name).catch(() => undefined), processesOf(name)])
  const phase = cluster ? 'running' : state?.phase === 'starting' ? 'starting' : 'remains'
  const about = state ? [state.nodes, versionOf(kubernetesPart(state.kubernetes)), networkOf(state.network).nodeIp, `since ${state.startedAt}`] : []
  return [name.padEnd(12), phase.padEnd(8), ...about, `${processes.length} processes`, clusterPaths(name).folder]
}

async function running(name: string): Promise<Cluster> {
  const kubeconfig = externalKubeconfig()
  if (kubeconfig !== undefined) return await externalCluster(kubeconfig)
  needRoot()
  const cluster = await findCluster(name)
  if (!cluster) throw new MachineError([`cluster ${name} does not run: start it with "node test/cluster/cli.ts start --name ${name}"`])
  return cluster
}

function nameOf(values: CommandInput['values']): string {
  const name = String(values['name'])
  const problem = nameProblem(name)
  if (problem !== undefined) throw new InputError(problem)
  return name
}

function nodesOf(values: CommandInput['values']): NodeKind {
  const nodes = NODES.find((kind) => kind === values['nodes'])
  if (!nodes) throw new InputError(`--nodes: ${JSON.stringify(values['nodes'])} is none of ${NODES.join(', ')}`)
  return nodes
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
