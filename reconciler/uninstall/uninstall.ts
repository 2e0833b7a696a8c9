import { END_RECORDED_FINALIZER } from '../../compiler/labels.ts'
import { recordStatusData } from '../../compiler/record-config-map.ts'
import type { Cluster, Kind } from '../cluster/cluster.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import { deleteWorkflow } from '../execute/delete-workflow.ts'
import { fenceRunner, type RunnerFence } from './fence-runner.ts'
import { findEverything, type Found, type FoundObject } from './found.ts'
import { deleteOrphanedPayloads, orphansUnchecked } from './orphaned-payloads.ts'
import { otherLeader } from './other-leader.ts'
import { amongKnown, namesOf, planSettling, planUninstall, type UninstallDeed } from './plan-uninstall.ts'

export interface UninstallOptions {
  readonly cluster: Cluster
  readonly agentId: string
  /** Name of the runner's Deployment: where a pod of another one leads, everything is left as it is. Without it, it does not matter who leads. */
  readonly deployment?: string | undefined
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
  /** The pod of another Deployment that leads under this agent id: nothing was touched. */
  readonly otherLeader?: string
}

/**
 * Takes everything of one runner away. It may be run again at any time.
 * Where a Deployment is named and a pod of another one leads, everything is that one's, and stays.
 *
 * First a runner that lives is given the time to end its runs and to tell Collate. Then it is fenced off by its own lease: it starts
 * nothing any more, and what it has is taken away. In the end the lease goes, too, in such a way that the runner stands by a minute longer.
 */
export async function uninstall(options: UninstallOptions): Promise<Remains> {
  const endsAtMs = options.now() + options.timeoutMs
  const other = await patiently(options, endsAtMs, async () => otherLeader(options))
  if (other !== undefined) return { left: [], untold: [], otherLeader: other }
  await settle(options, endsAtMs)
  const fence = await patiently(options, endsAtMs, async () => fenceOff(options))
  const untold = new Set<string>()
  const left = await takeAway(options, endsAtMs, untold, fence)
  await (left.length === 0 ? takeLeaseAway(options, fence) : fence?.open())
  return { left: [...left, ...(await orphansLeft(options))], untold: [...untold].map((runId) => `Collate was not told how run ${runId} ended`) }
}

/** Has the runs end that are there now, and waits until a runner that lives has told Collate of them, or there seems to be none. */
async function settle(options: UninstallOptions, endsAtMs: number): Promise<void> {
  const { cluster, agentId, now, sleep } = options
  const tell = news(options)
  let known: Found | undefined
  let stoppedAtMs: number | undefined
  while (now() < endsAtMs) {
    const waitsFor = await patiently(options, endsAtMs, async () => {
      const found = await findEverything(cluster, agentId)
      known ??= found
      const ours = amongKnown(found, known)
      if (ours.works.every(({ isOver }) => isOver)) stoppedAtMs ??= now()
      const plan = planSettling(ours, stoppedAtMs !== undefined && now() >= stoppedAtMs + TELLING_MS)
      for (const deed of plan.deeds) await carryOut(deed, cluster, now())
      return plan.waitsFor
    })
    if (waitsFor === undefined) return
    tell(waitsFor)
    await sleep(LOOK_AGAIN_MS)
  }
}

async function fenceOff(options: UninstallOptions): Promise<RunnerFence | undefined> {
  try {
    return await fenceRunner(options)
  } catch (error) {
    if (!isClusterError(error, 'Forbidden')) throw error
    options.onProgress('a runner that still runs is not kept from starting again: this account may not write its lease')
    return undefined
  }
}

/** A lease that stays in our hands runs out by itself. */
async function takeLeaseAway({ onProgress }: UninstallOptions, fence: RunnerFence | undefined): Promise<void> {
  try {
    await fence?.takeAway()
  } catch (error) {
    if (!isClusterError(error, 'Forbidden')) throw error
    onProgress('the lease of the runner stays, and runs out within a minute: this account may not delete it')
  }
}

/** Round after round until nothing is left, or the time is up. Gives what is left, in words. */
async function takeAway(options: UninstallOptions, endsAtMs: number, untold: Set<string>, fence: RunnerFence | undefined): Promise<string[]> {
  const { cluster, agentId, now, sleep } = options
  const tell = news(options)
  for (;;) {
    const isUp = now() >= endsAtMs
    const { found, waitsFor } = await patiently(options, endsAtMs, async () => {
      await fence?.hold()
      const before = await findEverything(cluster, agentId)
      const plan = planUninstall(before, { isUp })
      if (plan.isSaidGoodbye) for (const { unsettled } of before.records) if (unsettled !== undefined) untold.add(unsettled.spec.runId)
      for (const deed of plan.deeds) await carryOut(deed, cluster, now())
      return { found: before, waitsFor: plan.waitsFor }
    })
    const running = found.works.filter(({ isOver }) => !isOver)
    if (waitsFor === undefined || isUp) return isUp && running.length > 0 ? [stillThere(running)] : []
    tell(waitsFor)
    await sleep(LOOK_AGAIN_MS)
  }
}

/** Tries again what fails for a moment, until the time is up. */
async function patiently<T>({ now, sleep, onProgress }: UninstallOptions, endsAtMs: number, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isClusterError(error, ...PASSING) || now() >= endsAtMs) throw error
      onProgress(error.message)
      await sleep(LOOK_AGAIN_MS)
    }
  }
}

/** Tells what is waited for, each once. */
function news({ onProgress }: UninstallOptions): (waitsFor: string) => void {
  let said = ''
  return (waitsFor) => {
    if (waitsFor !== said) onProgress(`waiting for ${waitsFor}`)
    said = waitsFor
  }
}

async function orphansLeft({ cluster, agentId, mayListSecrets, onProgress }: UninstallOptions): Promise<readonly string[]> {
  if (await mayListSecrets()) return deleteOrphanedPayloads(cluster, agentId)
  onProgress(orphansUnchecked(agentId))
  return []
}

function stillThere(running: readonly FoundObject[]): string {
  return `still there, and may still run: ${namesOf(running)}. They are deleted; Kubernetes removes them when their node says that they have ended`
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
      case 'deleteWorkflow':
        await deleteWorkflow(deed.workflow, { cluster })
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
