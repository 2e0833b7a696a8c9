import { END_RECORDED_FINALIZER } from '../../compiler/labels.ts'
import { recordStatusData } from '../../compiler/record-config-map.ts'
import type { Cluster, Kind } from '../cluster/cluster.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import { findEverything, type FoundObject } from './found.ts'
import { deleteOrphanedPayloads, orphansUnchecked } from './orphaned-payloads.ts'
import { namesOf, planUninstall, type UninstallDeed } from './plan-uninstall.ts'

export interface UninstallOptions {
  readonly cluster: Cluster
  readonly agentId: string
  /** Whether the account may list Secrets: the runner's own may not. */
  readonly mayListSecrets: () => Promise<boolean>
  readonly timeoutMs: number
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  /** Told of what is waited for, each once. */
  readonly onProgress: (words: string) => void
}

const LOOK_AGAIN_MS = 1_000
/** How long a runner that lives may take to tell Collate of the runs that have ended. */
const TELLING_MS = 15_000
/** Calls that may pass by themselves are tried again while the time is not up. */
const PASSING = ['Unavailable', 'Throttled', 'Conflict'] as const

/** Takes everything of one runner away. Gives what could not be done, in words; it may be run again at any time. */
export async function uninstall(options: UninstallOptions): Promise<string[]> {
  const { now, onProgress } = options
  const endsAtMs = now() + options.timeoutMs
  const round = roundsOf(options)
  let said = ''
  for (;;) {
    const isUp = now() >= endsAtMs
    try {
      const { waitsFor, left } = await round(isUp)
      if (waitsFor === undefined || isUp) return [...left, ...(await orphansLeft(options))]
      if (waitsFor !== said) onProgress(`waiting for ${waitsFor}`)
      said = waitsFor
    } catch (error) {
      if (!isClusterError(error, ...PASSING) || isUp) throw error
      onProgress(error.message)
    }
    await options.sleep(LOOK_AGAIN_MS)
  }
}

async function orphansLeft({ cluster, agentId, mayListSecrets, onProgress }: UninstallOptions): Promise<readonly string[]> {
  if (await mayListSecrets()) return deleteOrphanedPayloads(cluster, agentId)
  onProgress(orphansUnchecked(agentId))
  return []
}

interface Round {
  readonly waitsFor: string | undefined
  /** What the rounds so far leave behind, in words. */
  readonly left: string[]
}

/** One look and what follows from it, over and over. */
function roundsOf({ cluster, agentId, now }: UninstallOptions): (isUp: boolean) => Promise<Round> {
  const untold = new Set<string>()
  let stoppedAtMs: number | undefined
  return async (isUp) => {
    const found = await findEverything(cluster, agentId)
    if (found.works.every(({ isOver }) => isOver)) stoppedAtMs ??= now()
    const isToldEnough = stoppedAtMs !== undefined && now() >= stoppedAtMs + TELLING_MS
    const { deeds, waitsFor, isSaidGoodbye = false } = planUninstall(found, { isUp, isToldEnough })
    if (isSaidGoodbye) for (const { unsettled } of found.records) if (unsettled !== undefined) untold.add(unsettled.spec.runId)
    for (const deed of deeds) await carryOut(deed, cluster, now())
    const running = found.works.filter(({ isOver }) => !isOver)
    return { waitsFor, left: [...(isUp && running.length > 0 ? [stillThere(running)] : []), ...[...untold].map(notTold)] }
  }
}

function stillThere(running: readonly FoundObject[]): string {
  return `still there, and may still run: ${namesOf(running)}. They are deleted; Kubernetes removes them when their node says that they have ended`
}

function notTold(runId: string): string {
  return `Collate was not told how run ${runId} ended`
}

async function carryOut(deed: UninstallDeed, cluster: Cluster, nowMs: number): Promise<void> {
  try {
    switch (deed.kind) {
      case 'suspend':
        await cluster.mergePatch(deed.schedule.kind, deed.schedule.name, { spec: { suspend: true } })
        return
      case 'kill': {
        const { name, resourceVersion, status } = deed.record
        const kill = { atMs: nowMs, reason: 'the runner is being uninstalled' }
        await cluster.mergePatch('configmaps', name, { metadata: { resourceVersion }, data: recordStatusData({ ...status, kill }) })
        return
      }
      case 'delete':
        await cluster.delete(deed.object.kind, deed.object.name, { uid: deed.object.uid })
        return
      case 'release':
        await release(deed.object, cluster)
    }
  } catch (error) {
    // Somebody was faster, or the object changed in between: what is left is found the next time.
    if (!isClusterError(error, 'NotFound', 'Conflict')) throw error
  }
}

/** Other finalizers stay. */
async function release({ kind, name, uid }: FoundObject, cluster: Cluster): Promise<void> {
  const live = await cluster.read<Kind>(kind, name)
  const index = live?.metadata?.finalizers?.indexOf(END_RECORDED_FINALIZER) ?? -1
  if (live === undefined || live.metadata?.uid !== uid || index < 0) return
  const path = `/metadata/finalizers/${index}`
  await cluster.jsonPatch<Kind>(kind, name, [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path, value: END_RECORDED_FINALIZER },
    { op: 'remove', path },
  ])
}
