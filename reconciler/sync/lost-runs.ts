import { agentLabelValue, LABEL_AGENT, LABEL_ROLE } from '../../compiler/labels.ts'
import { recordName } from '../../compiler/names.ts'
import { RUN_ROLE } from '../../compiler/record-config-map.ts'
import type { RunEnd } from '../../compiler/record.ts'
import { pagesOf } from '../cluster/list-all.ts'
import type { Effects } from '../execute/effects.ts'
import type { Outline } from './outline.ts'

/** How long after a list that names a run its request may still come: the server may write the row first, or send again what was not answered. */
const COMES_WITHIN_MS = 30_000

type DesiredRun = Outline['runs'][number]

export interface LostRunsContext {
  readonly effects: Pick<Effects, 'cluster' | 'cache' | 'jobs' | 'reporter' | 'policy' | 'now' | 'log'>
  /** A request with this run id is being answered just now. */
  readonly isInHand: (runId: string) => boolean
  /** Since when runs are looked for in vain, by key; what one sync leaves to the next. */
  readonly missing: Map<string, number>
}

export interface LostRuns {
  /** Told. */
  readonly lost: number
  /** Nowhere so far; the next sync tells. */
  readonly missing: number
}

/**
 * Tells Collate of the runs that it waits for and that are nowhere: no record in the cluster, which is asked itself, no Job, no
 * request in hand, and that also not half a minute after a list has named them first. Nobody else would ever end them.
 */
export async function tellLostRuns(runs: readonly DesiredRun[], context: LostRunsContext): Promise<LostRuns> {
  const { effects, isInHand, missing } = context
  const keyOf = ({ runId }: DesiredRun): string => recordName(runId, effects.policy.agentId)
  const isUnknown = (run: DesiredRun): boolean =>
    effects.cache.run(keyOf(run)).record === undefined &&
    !effects.cache.isUnreadable(keyOf(run)) &&
    effects.jobs.of(keyOf(run)) === undefined &&
    !isInHand(run.runId.toLowerCase())
  const suspects = runs.filter(isUnknown)
  const inCluster = suspects.length === 0 ? new Set<string>() : await recordNames(effects)
  const nowhere = suspects.filter((run) => isUnknown(run) && !inCluster.has(keyOf(run)))
  noteMissing(nowhere.map(keyOf), missing, effects.now())
  const lost = nowhere.filter((run) => effects.now() - (missing.get(keyOf(run)) ?? Number.POSITIVE_INFINITY) >= COMES_WITHIN_MS)
  for (const run of lost) {
    await tellLost(run, effects)
    missing.delete(keyOf(run))
  }
  return { lost: lost.length, missing: missing.size }
}

function noteMissing(keys: readonly string[], missing: Map<string, number>, nowMs: number): void {
  for (const known of missing.keys()) if (!keys.includes(known)) missing.delete(known)
  for (const key of keys) if (!missing.has(key)) missing.set(key, nowMs)
}

async function recordNames({ cluster, policy }: LostRunsContext['effects']): Promise<Set<string>> {
  const labelSelector = `${LABEL_AGENT}=${agentLabelValue(policy.agentId)},${LABEL_ROLE}=${RUN_ROLE}`
  const names = new Set<string>()
  for await (const page of pagesOf(cluster, 'configmaps', labelSelector)) for (const { metadata } of page) names.add(metadata?.name ?? '')
  return names
}

async function tellLost({ runId, pipelineFqn }: DesiredRun, { reporter, now, log }: LostRunsContext['effects']): Promise<void> {
  const end: RunEnd = {
    state: 'failed',
    failureClass: 'Lost',
    message: 'the cluster knows nothing of this run: its record was deleted by hand, or its request never arrived',
    remedy: 'Run the pipeline again.',
    startedAtMs: null,
    endedAtMs: now(),
    isAcknowledged: false,
  }
  log.warn({ run: runId, pipeline: pipelineFqn }, 'Collate waits for a run that is not in the cluster; told as lost')
  await reporter.tellEnd({ runId, kind: 'pipeline', pipelineId: '', pipelineName: '', pipelineFqn, acceptedAtMs: now() }, end, async () =>
    Promise.resolve(undefined),
  )
}
