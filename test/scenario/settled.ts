import type { RunEnd } from '../../compiler/record.ts'
import { PATIENCE_MS, waitFor } from '../cluster/waiting.ts'
import type { KubernetesObject } from './place.ts'
import type { Scenario } from './scenario.ts'

/** The end as it stands on a record; undefined before the end. */
export function endOn(record: KubernetesObject | undefined): RunEnd | undefined {
  const text = record?.data?.['end']
  return text === undefined ? undefined : (JSON.parse(text) as RunEnd)
}

/** The record of a run; undefined when there is none. */
export async function recordOf(scenario: Scenario, runId: string): Promise<KubernetesObject | undefined> {
  return (await scenario.records()).find(({ metadata }) => metadata.name.includes(runId))
}

/** The pod of a run; undefined when there is none. */
export async function podOf(scenario: Scenario, runId: string): Promise<KubernetesObject | undefined> {
  return (await scenario.pods()).find(({ metadata }) => metadata.name.includes(runId))
}

/** The object of a run that carries our finalizer: its Workflow where Argo runs it, else its pod. */
export async function attemptOf(scenario: Scenario, runId: string): Promise<KubernetesObject | undefined> {
  const workflows = scenario.place.executor === 'argo' ? await scenario.list('workflows') : []
  return workflows.find(({ metadata }) => metadata.name.includes(runId)) ?? podOf(scenario, runId)
}

/**
 * Waits until nothing of the run is left to do: its end stands on the record and Collate has it, and no finalizer of ours holds
 * record or pod. Gives that end. A run without a record is not settled: one that a schedule has started gets its record only when the runner has seen it.
 */
export async function untilSettled(scenario: Scenario, runId: string, timeoutMs = PATIENCE_MS): Promise<RunEnd> {
  const probe = async (): Promise<RunEnd | undefined> => {
    const [record, pod] = await Promise.all([recordOf(scenario, runId), attemptOf(scenario, runId)])
    if (pod?.metadata.finalizers !== undefined || record?.metadata.finalizers !== undefined) return undefined
    const end = endOn(record)
    return end?.isAcknowledged === true ? end : undefined
  }
  return waitFor(probe, { what: `the run ${runId} settled`, timeoutMs })
}

/** Waits until nothing of the run is left in the cluster. */
export async function untilGone(scenario: Scenario, runId: string): Promise<void> {
  const probe = async (): Promise<true | undefined> => {
    const objects = [...(await scenario.list('configmaps')), ...(await scenario.list('secrets')), ...(await scenario.list('pods'))]
    return objects.some(({ metadata }) => metadata.name.includes(runId)) ? undefined : true
  }
  await waitFor(probe, { what: `the end of all that belongs to run ${runId}` })
}
