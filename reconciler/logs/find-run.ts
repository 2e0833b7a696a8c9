import { agentLabelValue, LABEL_AGENT, LABEL_PIPELINE_ID, LABEL_ROLE, pipelineLabelValue } from '../../compiler/labels.ts'
import { recordName } from '../../compiler/names.ts'
import { parseRecord } from '../../compiler/record-config-map.ts'
import type { StoredRecord } from '../../compiler/record.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { pagesOf } from '../cluster/list-all.ts'

/** `unreadable`: the run is known, and its record is of a schema that this version cannot read. undefined: it is not known. */
export type FoundRun = StoredRecord | 'unreadable' | undefined

export const UNREADABLE = 'the run is known, but its record cannot be read by this version of the runner'

/** The record of a run, as the API server has it. */
export async function findRun(runId: string, agentId: string, cluster: Pick<Cluster, 'read'>): Promise<FoundRun> {
  const live = await cluster.read('configmaps', recordName(runId, agentId))
  return live === undefined ? undefined : recordOf(live)
}

/** Of the runs of a pipeline that are meant, the one that was accepted last; one that cannot be read only when there is no other. */
export async function findLatestRun(
  pipelineId: string,
  agentId: string,
  cluster: Pick<Cluster, 'list'>,
  isMeant: (runId: string) => boolean,
): Promise<FoundRun> {
  const labelSelector = `${LABEL_AGENT}=${agentLabelValue(agentId)},${LABEL_PIPELINE_ID}=${pipelineLabelValue(pipelineId)},${LABEL_ROLE}=record`
  let latest: FoundRun
  for await (const page of pagesOf(cluster, 'configmaps', labelSelector)) {
    for (const object of page) {
      const record = recordOf(object)
      if (record === 'unreadable') latest ??= record
      else if (!isMeant(record.spec.runId)) continue
      else if (latest === undefined || latest === 'unreadable' || record.spec.acceptedAtMs > latest.spec.acceptedAtMs) latest = record
    }
  }
  return latest
}

function recordOf(object: unknown): StoredRecord | 'unreadable' {
  const parsed = parseRecord(object)
  return parsed.ok ? parsed.value : 'unreadable'
}
