import type { Facts } from '../../compiler/facts.ts'
import { agentLabelValue, LABEL_AGENT, LABEL_MANAGED_BY, LABEL_ROLE, MANAGED_BY } from '../../compiler/labels.ts'
import { sha256Hex } from '../../compiler/sha256.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import type { Limits } from '../queue/limits.ts'
import type { Log } from '../log.ts'

/**
 * The last known facts, kept in the cluster: a runner that starts while Collate is away goes on with what it knew.
 */
export class FactsStore {
  readonly #cluster: Cluster
  readonly #name: string
  readonly #labels: Readonly<Record<string, string>>
  readonly #log: Log
  #facts: Facts = {}
  #publishedLimits: string | undefined

  constructor(cluster: Cluster, agentId: string, log: Log) {
    this.#cluster = cluster
    this.#name = factsName(agentId)
    this.#labels = { [LABEL_AGENT]: agentLabelValue(agentId), [LABEL_MANAGED_BY]: MANAGED_BY, [LABEL_ROLE]: 'facts' }
    this.#log = log
  }

  current(): Facts {
    return this.#facts
  }

  /** Facts that cannot be read now stay unknown until Collate tells them. */
  async load(): Promise<void> {
    try {
      const { serverVersion, limits } = (await this.#cluster.read('configmaps', this.#name))?.data ?? {}
      this.#publishedLimits = limits
      if (serverVersion !== undefined) this.#facts = { serverVersion, ...this.#facts }
    } catch (error) {
      this.#log.warn({ error }, 'the facts of the last time cannot be read')
    }
  }

  /** Takes a fact at once, and writes it down when it is news. That it could not be written down is no reason not to use it. */
  async learnServerVersion(serverVersion: string): Promise<void> {
    if (this.#facts.serverVersion === serverVersion) return
    this.#facts = { ...this.#facts, serverVersion }
    try {
      await this.#write({ serverVersion })
    } catch (error) {
      this.#log.warn({ error }, "the server's version could not be written down; it is asked again after a restart")
    }
  }

  /** What the API server says it is, told to Collate at hello; undefined where it did not answer. */
  async kubernetesVersion(): Promise<string | undefined> {
    return this.#cluster.version().catch(() => undefined)
  }

  /** Writes down the limits of this runner, for those who look at its queue, when they are not what stands there. */
  async publishLimits(limits: Limits): Promise<void> {
    const text = JSON.stringify(limits)
    if (this.#publishedLimits === text) return
    try {
      await this.#write({ limits: text })
      this.#publishedLimits = text
    } catch (error) {
      this.#log.warn({ error }, 'the limits could not be written down; hybrid-runner runs cannot tell why a run waits')
    }
  }

  /** Writes everything down again when somebody has deleted what was written. To be called now and then: nobody watches it. */
  async restore(): Promise<void> {
    if (Object.keys(this.#known()).length === 0) return
    try {
      if ((await this.#cluster.read('configmaps', this.#name)) === undefined) await this.#create({})
    } catch (error) {
      this.#log.warn({ error }, 'the facts could not be written down again')
    }
  }

  /** What stands in the cluster, as far as this process knows. */
  #known(): Record<string, string> {
    const { serverVersion } = this.#facts
    return { ...(serverVersion === undefined ? {} : { serverVersion }), ...(this.#publishedLimits === undefined ? {} : { limits: this.#publishedLimits }) }
  }

  async #create(data: Record<string, string>): Promise<void> {
    const metadata = { name: this.#name, labels: { ...this.#labels } }
    await this.#cluster.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { ...this.#known(), ...data } })
  }

  async #write(data: Record<string, string>): Promise<void> {
    try {
      await this.#cluster.mergePatch('configmaps', this.#name, { data })
    } catch (error) {
      if (!isClusterError(error, 'NotFound')) throw error
      await this.#create(data)
    }
  }
}

/** Name of the ConfigMap that holds the facts of a runner. */
export function factsName(agentId: string): string {
  return `facts-${sha256Hex(agentId).slice(0, 8)}`
}
