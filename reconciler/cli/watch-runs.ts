import { LABEL_RECORD, LABEL_ROLE } from '../../compiler/labels.ts'
import { RUN_ROLE } from '../../compiler/record-config-map.ts'
import type { StoredRecord } from '../../compiler/record.ts'
import { RunCache } from '../cache/run-cache.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { presenceOf } from '../cluster/needs-workflows.ts'
import { ownObjects } from '../cluster/own-objects.ts'
import { startReflector } from '../cluster/reflector.ts'
import { textOf } from '../doctor/run-checks.ts'
import { sleep } from '../queue/sleep.ts'

export interface RunsToWatch {
  readonly cluster: Cluster
  /** Only the runs of this runner. */
  readonly agent: string | undefined
  readonly onChange: () => void
  readonly onTrouble: (what: string, problem: unknown) => void
}

export interface WatchedRuns {
  readonly cache: RunCache<StoredRecord>
  readonly stop: () => void
}

/** The runs of the namespace, whole at first and kept up to date. Throws what is in the way before they are whole; later trouble passes, and is told. */
export async function watchRuns({ cluster, agent, onChange, onTrouble }: RunsToWatch): Promise<WatchedRuns> {
  const stop = new AbortController()
  const cache = new RunCache({ keep: (record) => record, onChange, onUnreadable: onTrouble })
  const labelSelector = agent === undefined ? LABEL_RECORD : ownObjects(agent)
  const firstTrouble = Promise.withResolvers<never>()
  let isSynced = false
  const tell = (what: string, problem: unknown): void => {
    if (isSynced) onTrouble(what, problem)
    else firstTrouble.reject(new Error(`${what}: ${textOf(problem)}`))
  }
  const common = { cluster, labelSelector, signal: stop.signal, now: Date.now, random: Math.random, sleep, onTrouble: tell }
  try {
    await Promise.race([firstTrouble.promise, whole()])
  } catch (error) {
    stop.abort()
    throw error
  }
  isSynced = true
  return { cache, stop: () => stop.abort() }

  async function whole(): Promise<void> {
    const records = startReflector({ ...common, kind: 'configmaps', labelSelector: `${labelSelector},${LABEL_ROLE}=${RUN_ROLE}`, sink: cache.recordSink() })
    const pods = startReflector({ ...common, kind: 'pods', sink: cache.podSink() })
    await Promise.all([records.synced, pods.synced])
    if ((await presenceOf('workflows', common)) !== 'none') await startReflector({ ...common, kind: 'workflows', sink: cache.workflowSink() }).synced
  }
}

/** The runners whose runs these are. */
export function agentsIn(cache: RunCache<StoredRecord>): string[] {
  return [...cache.keys()].flatMap((key) => cache.run(key).record?.spec.agentId ?? [])
}
