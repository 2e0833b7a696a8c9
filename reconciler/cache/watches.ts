import type { Cluster, Kind } from '../cluster/cluster.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import { type Reflector, type ReflectorSink, startReflector } from '../cluster/reflector.ts'
import { NO_WORKFLOWS } from '../execute/no-workflows.ts'
import type { Log } from '../log.ts'

/** Kinds that a cluster may come to serve while the runner waits for them: until it does, their silence is no trouble of a watch. */
const OF_ARGO: ReadonlySet<Kind> = new Set<Kind>(['workflows', 'cronworkflows'])

export interface WatchesOptions {
  readonly cluster: Cluster
  readonly log: Log
  readonly now: () => number
  readonly random: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

/** The watches by which a controller knows the cluster, from its start to its end. */
export class Watches {
  readonly #options: WatchesOptions
  readonly #stopping = new AbortController()
  /** Those whose silence counts. */
  readonly #counted: Reflector[] = []

  constructor(options: WatchesOptions) {
    this.#options = options
  }

  /** Aborted by `stop`. */
  get signal(): AbortSignal {
    return this.#stopping.signal
  }

  /** Keeps the sink equal to the cluster from now on. Resolves when all there is of the kind is in it. */
  async follow<K extends Kind>(kind: K, labelSelector: string, sink: ReflectorSink<K>): Promise<void> {
    const reflector = this.#start(kind, { labelSelector }, sink)
    if (!OF_ARGO.has(kind)) this.#counted.push(reflector)
    await reflector.synced
    if (OF_ARGO.has(kind)) this.#counted.push(reflector)
  }

  /** The same for what only helps: nothing waits for it, and an account without the right to it does its work. */
  followHints<K extends Kind>(kind: K, fieldSelector: string, sink: ReflectorSink<K>): void {
    this.#start(kind, { labelSelector: '', fieldSelector }, sink)
  }

  /** Milliseconds since the watch that is silent longest gave a sign of life. */
  ageMs(): number {
    if (this.#counted.length === 0) return 0
    return this.#options.now() - Math.min(...this.#counted.map((reflector) => reflector.lastSignOfLifeMs()))
  }

  stop(): void {
    this.#stopping.abort()
  }

  #start<K extends Kind>(kind: K, selection: { readonly labelSelector: string; readonly fieldSelector?: string }, sink: ReflectorSink<K>): Reflector {
    const { log, ...options } = this.#options
    return startReflector<K>({
      ...options,
      ...selection,
      kind,
      sink,
      signal: this.signal,
      onTrouble: (message, error) => {
        if (OF_ARGO.has(kind) && isClusterError(error, 'NotFound')) log.error({ error }, `${NO_WORKFLOWS}; trying again`)
        else log.warn({ error }, message)
      },
    })
  }
}
