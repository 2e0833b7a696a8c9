import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Cluster } from '../cluster/cluster.ts'
import { run } from '../cluster/shell.ts'
import type { Collate } from '../collate/client.ts'
import { RUNNER_IMAGE_VALUES } from '../image/runner-image.ts'
import { INGESTION_IMAGE } from '../ingestion-image/image.ts'
import { type HelmMajor, helmProgram } from './helm.ts'

/** The chart as it is committed. */
export const CHART_FOLDER = fileURLToPath(new URL('../../charts/hybrid-ingestion-runner', import.meta.url))

export type Values = Readonly<Record<string, unknown>>

/** A release of the chart in a real cluster, worked with by the real Helm. */
export interface Release {
  readonly name: string
  readonly namespace: string
  /** Runs any command of Helm upon it: `helm <command> <release> <args>`. Gives its stdout. Throws CommandError. */
  helm(command: string, ...args: readonly string[]): Promise<string>
  /** `helm install`, and waits until the runner is ready. */
  install(values: Values, ...args: readonly string[]): Promise<string>
  upgrade(values: Values, ...args: readonly string[]): Promise<string>
  uninstall(...args: readonly string[]): Promise<string>
}

export interface ReleaseOptions {
  readonly name?: string
  readonly helm?: HelmMajor
  /** Another chart than the committed one, such as one of another version. */
  readonly chart?: string
}

/** A release that is not installed yet. The namespace is there. */
export async function releaseIn(cluster: Cluster, namespace: string, options: ReleaseOptions = {}): Promise<Release> {
  const { name = 'collate-prod', helm: major = 4, chart = CHART_FOLDER } = options
  const program = await helmProgram(major)
  const common = ['--namespace', namespace, '--kubeconfig', cluster.kubeconfigPath]
  const helm = async (command: string, ...args: readonly string[]): Promise<string> => run(program, [command, name, ...args, ...common])
  const withValues = async (command: string, values: Values, args: readonly string[]): Promise<string> => {
    const file = join(cluster.folder, `values-${namespace}-${randomUUID()}.json`)
    await writeFile(file, JSON.stringify(values), { mode: 0o600 })
    return helm(command, chart, '--values', file, '--wait', '--timeout', '600s', ...args)
  }
  return {
    name,
    namespace,
    helm,
    install: async (values, ...args) => withValues('install', values, args),
    upgrade: async (values, ...args) => withValues('upgrade', values, args),
    uninstall: async (...args) => helm('uninstall', '--wait', '--timeout', '600s', ...args),
  }
}

/** Values that bind a release to a reference server and to the images of the tests; small pods, so that many fit on one node. */
export function releaseValues(cluster: Cluster, collate: Collate, agentId: string): Record<string, unknown> {
  const small = { limits: { cpu: '500m', memory: '64Mi' }, requests: { cpu: '10m', memory: '16Mi' } }
  return {
    image: RUNNER_IMAGE_VALUES,
    resources: { requests: { cpu: '20m', memory: '96Mi' }, limits: { memory: '384Mi' } },
    ecrRegistryHelper: { enabled: false },
    config: {
      agentId,
      authToken: collate.tokens['runner'],
      serverHost: `${cluster.hostIp}:${collate.port}`,
      useSecureProtocols: false,
      reconnectDelaySeconds: '0.2',
      ingestionPods: { repository: INGESTION_IMAGE, tag: 'om-0.0.0-cl-0.0.0', resources: small, automationResources: small, imagePullSecrets: '' },
    },
  }
}
