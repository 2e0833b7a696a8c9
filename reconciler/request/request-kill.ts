import { recordStatusData } from '../../compiler/record-config-map.ts'
import type { Kill, RunEnd } from '../../compiler/record.ts'
import { isFinished } from '../cache/finished-record.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import type { Effects } from '../execute/effects.ts'

const CONFLICT_RETRIES = 5

/** What became of the wish to stop a run. `busy`: its record changes too fast to be written now. `unreadable`: it is a newer runner's. */
type KillRequest = { readonly kind: 'requested' | 'absent' | 'unreadable' | 'busy' } | { readonly kind: 'ended'; readonly state: RunEnd['state'] | 'unknown' }

interface KillContext {
  readonly effects: Pick<Effects, 'cluster' | 'cache' | 'now'>
}

/**
 * Writes the wish to stop a run on its record. The reconciler deletes the pod, waits until it is gone, and only then reports
 * `stopped`. A repeat changes nothing.
 */
export async function requestKill(name: string, { effects }: KillContext, reason = 'stopped on request of Collate'): Promise<KillRequest> {
  for (let attempt = 0; attempt < CONFLICT_RETRIES; attempt += 1) {
    const live = await effects.cluster.read('configmaps', name)
    if (live === undefined) return { kind: 'absent' }
    const record = effects.cache.putRecord(live)
    if (record === undefined) return { kind: 'unreadable' }
    if (isFinished(record) || record.status.phase === 'Ended') return { kind: 'ended', state: record.status.end?.state ?? 'unknown' }
    if (isWished(record.status.kill)) return { kind: 'requested' }
    const kill = { atMs: effects.now(), reason }
    try {
      const patch = { metadata: { resourceVersion: record.resourceVersion }, data: recordStatusData({ ...record.status, kill }) }
      effects.cache.putRecord(await effects.cluster.mergePatch('configmaps', name, patch))
      return { kind: 'requested' }
    } catch (error) {
      if (!isClusterError(error, 'Conflict')) throw error
    }
  }
  return { kind: 'busy' }
}

/** With a class of failure it is the runner's own: it may be followed by another attempt, which a person's wish is not. */
function isWished(kill: Kill | undefined): boolean {
  return kill !== undefined && kill.failureClass === undefined
}
