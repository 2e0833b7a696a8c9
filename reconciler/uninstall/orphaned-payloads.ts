import { agentLabelValue, LABEL_AGENT, LABEL_ROLE } from '../../compiler/labels.ts'
import { PAYLOAD_ROLE } from '../../compiler/payload.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import { listAll } from '../cluster/list-all.ts'

/** What became of payloads that belong to no record, in words. */
export interface OrphanedPayloads {
  /** They stay: somebody else must delete them. */
  readonly left: readonly string[]
  /** What could not be looked for. */
  readonly unchecked?: string
}

/**
 * Deletes payloads that lost their record without going with it, as after a delete with `--cascade=orphan`. The others go with theirs.
 * The runner's own account may not list Secrets: then it is said what to look for.
 */
export async function deleteOrphanedPayloads(cluster: Cluster, agentId: string): Promise<OrphanedPayloads> {
  const selector = `${LABEL_AGENT}=${agentLabelValue(agentId)},${LABEL_ROLE}=${PAYLOAD_ROLE}`
  try {
    const orphans = (await listAll(cluster, 'secrets', selector)).filter(({ metadata }) => (metadata?.ownerReferences ?? []).length === 0)
    const left = await Promise.all(orphans.map(async ({ metadata }) => deletePayload(cluster, metadata?.name ?? '', metadata?.uid ?? '')))
    return { left: left.flat() }
  } catch (error) {
    if (!isClusterError(error, 'Forbidden')) throw error
    const unchecked = `payloads that belong to no record were not looked for: this account may not list Secrets; kubectl get secrets -l ${selector} shows them`
    return { left: [], unchecked }
  }
}

async function deletePayload(cluster: Cluster, name: string, uid: string): Promise<string[]> {
  try {
    await cluster.delete('secrets', name, { uid })
    return []
  } catch (error) {
    if (!isClusterError(error, 'Forbidden')) throw error
    return [`payload ${name} is still there: this account may not delete Secrets`]
  }
}
