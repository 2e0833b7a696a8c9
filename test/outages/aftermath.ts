import { expect } from 'vitest'
import type { RunEnd } from '../../compiler/record.ts'
import { PATIENCE_MS, waitFor } from '../cluster/waiting.ts'
import { endOn } from '../scenario/settled.ts'
import { evidenceOf } from './evidence.ts'
import { type Evidence, exactlyOnceProblems } from './exactly-once.ts'
import type { OutageStage } from './outage-stage.ts'

/** Waits until nothing is left to do: every record has its end, and Collate knows of it, and no finalizer of ours holds a pod. Gives the ends by the ids of the runs. */
export async function untilAllSettled({ place: { executor }, released: { scenario }, asked }: OutageStage): Promise<ReadonlyMap<string, RunEnd>> {
  const probe = async (): Promise<ReadonlyMap<string, RunEnd>> => {
    const [records, pods, workflows] = await Promise.all([scenario.records(), scenario.pods(), executor === 'argo' ? scenario.list('workflows') : []])
    const idOf = (name: string): string => asked.find(({ runId }) => name.includes(runId))?.runId ?? name
    const ends = records.map((record) => [idOf(record.metadata.name), endOn(record)] as const)
    const open = ends.filter(([, end]) => end?.isAcknowledged !== true).map(([runId]) => runId)
    const missing = asked.filter(({ runId, answer }) => answer === 'accepted' && !ends.some(([id]) => id === runId)).map(({ runId }) => runId)
    const held = [...pods, ...workflows]
      .filter(({ metadata }) => metadata.finalizers !== undefined)
      .map(({ metadata, status }) => `${metadata.name} (${JSON.stringify(status)})`)
    const left = [
      ...open.map((id) => `${asked.find(({ runId }) => runId === id)?.name} (${id}) has no end`),
      ...missing.map((id) => `${id} has no record`),
      ...held.map((name) => `${name} is held`),
    ]
    if (left.length > 0) throw new Error(left.join(', '))
    return new Map(ends.flatMap(([runId, end]) => (end === undefined ? [] : [[runId, end] as const])))
  }
  return waitFor(probe, { what: 'the end of all runs', timeoutMs: 3 * PATIENCE_MS, everyMs: 500 })
}

/** Holds everything that three sources know of every run against what was asked for. */
export async function expectExactlyOnce(stage: OutageStage, options: Pick<Evidence, 'mayLackCreations'> = {}): Promise<void> {
  const evidence = { ...(await evidenceOf(stage)), ...options }
  expect(exactlyOnceProblems(stage.asked, evidence)).toEqual([])
  expect(await stage.place.collate.violations()).toEqual([])
}
