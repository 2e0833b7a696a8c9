/**
 * Where the API server is and who the runner is to it. The only file that uses the Kubernetes client, whose kubeconfig knows every
 * way to log in: in-cluster, exec plugins, token files, client certificates, proxies.
 */
import { statSync } from 'node:fs'
import { delimiter } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { ClusterError } from './cluster-error.ts'
import { NoClusterError } from './no-cluster-error.ts'

export interface Login {
  readonly server: string
  /** `proxy-url` of the kubeconfig; may hold credentials. */
  readonly proxyUrl: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly tls: Readonly<Record<string, string | boolean>>
}

/** How often the files of KUBECONFIG are looked at for a change. */
const LOOK_EVERY_MS = 5_000

/**
 * Credentials and TLS material of now, asked for at each call: token and CA files of the service account are read again by the
 * client library, the files of KUBECONFIG by us.
 */
export class KubeLogin {
  #kubeConfig: KubeConfig
  #stamp: string
  #lookedAtMs: number
  readonly #path = process.env['KUBECONFIG']
  readonly #now: () => number

  /** Loads the kubeconfig as kubectl does: KUBECONFIG, ~/.kube/config, else the pod's own service account. Throws a NoClusterError without any. */
  constructor(now: () => number = () => Date.now()) {
    this.#now = now
    this.#stamp = stampOfFiles()
    this.#lookedAtMs = now()
    this.#kubeConfig = loadKubeConfig()
  }

  async current(): Promise<Login> {
    this.#reloadIfChanged()
    const cluster = this.#kubeConfig.getCurrentCluster()
    if (cluster === null) throw new ClusterError('Unavailable', 'the kubeconfig names no current cluster')
    const options: Record<string, unknown> & { headers?: Record<string, string> } = {}
    await this.#kubeConfig.applyToHTTPSOptions(options)
    return {
      server: cluster.server,
      proxyUrl: cluster.proxyUrl,
      headers: { ...options.headers, ...basicAuth(options['auth']) },
      tls: tlsOf(options),
    }
  }

  /** A file that is being written, or is gone for a moment, leaves things as they were, and is looked at again. */
  #reloadIfChanged(): void {
    if (this.#path !== process.env['KUBECONFIG'] || this.#now() - this.#lookedAtMs < LOOK_EVERY_MS) return
    this.#lookedAtMs = this.#now()
    const stamp = stampOfFiles()
    if (stamp === this.#stamp) return
    try {
      const changed = loadKubeConfig()
      if (changed.getCurrentCluster() === null) return
      this.#kubeConfig = changed
      this.#stamp = stamp
    } catch (error) {
      if (!(error instanceof NoClusterError)) throw error
    }
  }
}

/** Changes whenever a file of KUBECONFIG is written or replaced, also by the swap of a symbolic link above it. */
function stampOfFiles(): string {
  const files = (process.env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '')
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false })
      return stat === undefined ? '' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`
    })
    .join(',')
}

/** What the client library takes when it finds no configuration at all. */
const NO_CONFIGURATION = 'http://localhost:8080'

function loadKubeConfig(): KubeConfig {
  const kubeConfig = new KubeConfig()
  try {
    kubeConfig.loadFromDefault()
  } catch (error) {
    throw new NoClusterError(`${process.env['KUBECONFIG'] || '~/.kube/config'} cannot be read: ${reasonOf(error)}`)
  }
  const cluster = kubeConfig.getCurrentCluster()
  if (cluster?.name === 'cluster' && cluster.server === NO_CONFIGURATION && !process.env['KUBECONFIG'])
    throw new NoClusterError('no cluster is configured; set it to the path of a kubeconfig, or run in a pod of the cluster')
  return kubeConfig
}

/** The error's code; the parser's own message would quote the file, which holds credentials. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  if (code === 'ENOENT') return 'there is no such file'
  return typeof code === 'string' && /^E[A-Z]+$/.test(code) ? code : 'it is no kubeconfig'
}

function basicAuth(auth: unknown): Record<string, string> {
  return typeof auth === 'string' ? { authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : {}
}

function tlsOf(options: Record<string, unknown>): Record<string, string | boolean> {
  const tls: Record<string, string | boolean> = {}
  for (const name of ['ca', 'cert', 'key', 'passphrase', 'servername', 'rejectUnauthorized']) {
    const value = options[name]
    if (typeof value === 'boolean' || typeof value === 'string') tls[name] = value
    else if (Buffer.isBuffer(value)) tls[name] = value.toString('utf8')
  }
  return tls
}
