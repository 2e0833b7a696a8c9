import { END_RECORDED_FINALIZER } from '../../compiler/labels.ts'
import { recordStatusData } from '../../compiler/record-config-map.ts'
import type { Cluster, Kind } from '../cluster/cluster.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import { fenceRunner } from './fence-runner.ts'
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

/** What uninstall could not do, in words. */
export interface Remains {
  /** Objects that are still there. */
  readonly left: readonly string[]
  /** What Collate does not know. */
  readonly untold: readonly string[]
}

/**
 * Takes everything of one runner away. It may be run again at any time.
 *
 * A runner that lives goes on until nothing is left: it tells Collate how the runs ended. Then it is fenced off, and what it took on in
 * between is taken away, too; so nothing comes after. Where it was given new runs in that moment, it is let in once more to tell of them.
 */
export async function uninstall(options: UninstallOptions): Promise<Remains> {
  const endsAtMs = options.now() + options.timeoutMs
  const round = roundsOf(options)
  for (;;) {
    const { isUp, left, untold } = await clear(options, round, endsAtMs)
    if (isUp || (await closeBehind(options))) return { left: [...left, ...(await orphansLeft(options))], untold }
  }
}

interface Cleared extends Remains {
  readonly isUp: boolean
}

/** Round after round until nothing is left, or the time is up. */
async function clear({ now, sleep, onProgress }: UninstallOptions, round: (isUp: boolean) => Promise<Round>, endsAtMs: number): Promise<Cleared> {
  let said = ''
  for (;;) {
    const isUp = now() >= endsAtMs
    try {
      const { waitsFor, left, untold } = await round(isUp)
      if (waitsFor === undefined || isUp) return { left, untold, isUp }
      if (waitsFor !== said) onProgress(`waiting for ${waitsFor}`)
      said = waitsFor
    } catch (error) {
      if (!isClusterError(error, ...PASSING) || isUp) throw error
      onProgress(error.message)
    }
    await sleep(LOOK_AGAIN_MS)
  }
}

/** False when the runner has taken on something since, or the lease changed under our hands: there is another round to go. */
async function closeBehind(options: UninstallOptions): Promise<boolean> {
  const { cluster, agentId, onProgress } = options
  try {
    const fence = await fenceRunner(options)
    if (fence === undefined) return true
    const { schedules, works, records } = await findEverything(cluster, agentId)
    const isEmpty = [schedules, works, records].every((found) => found.length === 0)
    await (isEmpty ? fence.takeAway() : fence.open())
    return isEmpty
  } catch (error) {
    if (isClusterError(error, ...PASSING)) return false
    if (!isClusterError(error, 'Forbidden')) throw error
    onProgress('a runner that still runs was not kept from starting again: this account may not write its lease')
    return true
  }
}

async function orphansLeft({ cluster, agentId, mayListSecrets, onProgress }: UninstallOptions): Promise<readonly string[]> {
  if (await mayListSecrets()) return deleteOrphanedPayloads(cluster, agentId)
  onProgress(orphansUnchecked(agentId))
  return []
}

interface Round extends Remains {
  readonly waitsFor: string | undefined
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
    return { waitsFor, left: isUp && running.length > 0 ? [stillThere(running)] : [], untold: [...untold].map(notTold) }
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
