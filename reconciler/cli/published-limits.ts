import type { Cluster } from '../cluster/cluster.ts'
import { factsName } from '../facts/facts-store.ts'
import { publishedLimits } from '../queue/limit-variables.ts'
import type { Limits } from '../queue/limits.ts'

/** The limits that each runner has written down, by its agent id. Asks for each runner once; what cannot be read is unknown. */
export class PublishedLimits {
  readonly #cluster: Pick<Cluster, 'read'>
  readonly #known = new Map<string, Limits | undefined>()

  constructor(cluster: Pick<Cluster, 'read'>) {
    this.#cluster = cluster
  }

  of(agentId: string): Limits | undefined {
    return this.#known.get(agentId)
  }

  async load(agentIds: Iterable<string>): Promise<void> {
    const news = [...new Set(agentIds)].filter((agentId) => !this.#known.has(agentId))
    await Promise.all(news.map(async (agentId) => this.#known.set(agentId, await this.#read(agentId))))
  }

  async #read(agentId: string): Promise<Limits | undefined> {
    try {
      return publishedLimits.safeParse((await this.#cluster.read('configmaps', factsName(agentId)))?.data?.['limits']).data
    } catch {
      return undefined
    }
  }
}
