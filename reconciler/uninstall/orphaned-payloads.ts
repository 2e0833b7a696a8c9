import { agentLabelValue, LABEL_AGENT, LABEL_ROLE } from '../../compiler/labels.ts'
import { PAYLOAD_ROLE } from '../../compiler/payload.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import { listAll } from '../cluster/list-all.ts'

const selectorFor = (agentId: string): string => `${LABEL_AGENT}=${agentLabelValue(agentId)},${LABEL_ROLE}=${PAYLOAD_ROLE}`

/**
 * Deletes payloads that lost their record without going with it, as after a delete with `--cascade=orphan`. The others go with theirs.
 * Gives what stays, in words: somebody else must delete it.
 */
export async function deleteOrphanedPayloads(cluster: Cluster, agentId: string): Promise<readonly string[]> {
  const orphans = (await listAll(cluster, 'secrets', selectorFor(agentId))).filter(({ metadata }) => (metadata?.ownerReferences ?? []).length === 0)
  return (await Promise.all(orphans.map(async ({ metadata }) => deletePayload(cluster, metadata?.name ?? '', metadata?.uid ?? '')))).flat()
}

/** What to look for where the account may not look. */
export function orphansUnchecked(agentId: string): string {
  return `payloads that belong to no record were not looked for: this account may not list Secrets; kubectl get secrets -l ${selectorFor(agentId)} shows them`
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
