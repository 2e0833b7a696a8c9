import { agentLabelValue, LABEL_AGENT, LABEL_ROLE } from '../../compiler/labels.ts'
import { recordName } from '../../compiler/names.ts'
import { RUN_ROLE } from '../../compiler/record-config-map.ts'
import type { RunEnd } from '../../compiler/record.ts'
import { pagesOf } from '../cluster/list-all.ts'
import type { Effects } from '../execute/effects.ts'
import type { Outline } from './outline.ts'

type DesiredRun = Outline['runs'][number]

export interface LostRunsContext {
  readonly effects: Pick<Effects, 'cluster' | 'cache' | 'jobs' | 'reporter' | 'policy' | 'now' | 'log'>
  /** A request with this run id is being answered just now. */
  readonly isInHand: (runId: string) => boolean
}

/**
 * Tells Collate of the runs that it waits for and that are nowhere: no record in the cluster, which is asked itself, no Job, no
 * request in hand. Nobody else would ever end them. Gives how many.
 */
export async function tellLostRuns(runs: readonly DesiredRun[], context: LostRunsContext): Promise<number> {
  const { effects, isInHand } = context
  const keyOf = ({ runId }: DesiredRun): string => recordName(runId, effects.policy.agentId)
  const isUnknown = (run: DesiredRun): boolean =>
    effects.cache.run(keyOf(run)).record === undefined &&
    !effects.cache.isUnreadable(keyOf(run)) &&
    effects.jobs.of(keyOf(run)) === undefined &&
    !isInHand(run.runId.toLowerCase())
  const suspects = runs.filter(isUnknown)
  if (suspects.length === 0) return 0
  const inCluster = await recordNames(effects)
  const lost = suspects.filter((run) => isUnknown(run) && !inCluster.has(keyOf(run)))
  for (const run of lost) await tellLost(run, effects)
  return lost.length
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
