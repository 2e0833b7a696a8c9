import type { V1Pod } from '@kubernetes/client-node'
import { podName, recordName } from '../../compiler/names.ts'
import { parseRecord } from '../../compiler/record-config-map.ts'
import type { StoredRecord } from '../../compiler/record.ts'
import type { PipelineStatus } from '../../reconciler/report/pipeline-status.ts'
import { must } from '../compiler/examples/must.ts'
import { ENVIRONMENT } from '../compiler/examples/policy.ts'
import { RUN_ID } from '../compiler/examples/run-request.ts'
import type { World } from './a-runner.ts'

export const RUN_KEY = recordName(RUN_ID, ENVIRONMENT.AGENT_ID)

export function recordIn({ cluster }: World, key = RUN_KEY): StoredRecord | undefined {
  const configMap = cluster.find('configmaps', key)
  return configMap === undefined ? undefined : must(parseRecord(configMap))
}

/** The pod of the example run, once there is one. */
export async function podIn({ cluster }: World, key = RUN_KEY, attempt = 1): Promise<V1Pod> {
  const name = podName(key, attempt)
  await cluster.changes.until(() => cluster.find('pods', name) !== undefined)
  const pod = cluster.find('pods', name)
  if (pod === undefined) throw new Error(`there is no pod of ${key}`)
  return pod
}

/** Resolves when the run's end is on the record and nothing of ours keeps its pods. */
export async function endOfRun(world: World, key = RUN_KEY): Promise<StoredRecord> {
  const { changes } = world.cluster
  await changes.until(
    () => recordIn(world, key)?.status.phase === 'Ended' && world.cluster.all('pods').every(({ metadata }) => (metadata?.finalizers ?? []).length === 0),
  )
  const record = recordIn(world, key)
  if (record === undefined) throw new Error(`there is no record ${key}`)
  return record
}

/** What Collate was told of ends, in order. */
export function endsTold({ collate }: World): PipelineStatus['pipelineState'][] {
  return collate.history.map(({ pipelineState }) => pipelineState).filter((state) => state !== 'queued' && state !== 'running')
}
