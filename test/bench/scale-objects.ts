import { randomUUID } from 'node:crypto'
import { admit } from '../../compiler/admit.ts'
import { compile } from '../../compiler/compile.ts'
import { recordConfigMap } from '../../compiler/record-config-map.ts'
import type { RunRecord } from '../../compiler/record.ts'
import type { Policy } from '../../compiler/policy.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { RUNS_ON_ANNOTATION } from '../cluster/kwok.ts'
import { must } from '../compiler/examples/must.ts'
import { runRequest } from '../scenario/run-request.ts'

const AT_ONCE = 24
const NODES = 4

export interface Amount {
  readonly active: number
  readonly finished: number
}

/** Makes runs as the runner itself would have left them: active ones with a pod that runs on, finished ones with their end. */
export async function makeRuns(cluster: Cluster, namespace: string, policy: Policy, { active, finished }: Amount): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < active + finished) {
      const index = next
      next += 1
      await makeRun(cluster, namespace, policy, index, index < active)
      if (index % 1_000 === 999) console.log(`made           ${index + 1} of ${active + finished} runs`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

async function makeRun(cluster: Cluster, namespace: string, policy: Policy, index: number, isActive: boolean): Promise<void> {
  const core = `/api/v1/namespaces/${namespace}`
  const { record, facts } = admitted(policy, index)
  const configMap = recordConfigMap(isActive ? record : ended(record))
  const { finalizers: _, ...freed } = configMap.metadata ?? {}
  const body = isActive ? configMap : { ...configMap, metadata: freed }
  const { metadata } = (await callJson(cluster.api, { method: 'POST', path: `${core}/configmaps`, body })) as { metadata: { uid: string } }
  if (!isActive) return
  const stored = { ...record, uid: metadata.uid, resourceVersion: '1', isBeingDeleted: false, finalizers: [] }
  const pod = must(compile(stored, policy, facts)).objects[0] as { metadata: { annotations?: object }; spec: object }
  const played = { ...pod.metadata, annotations: { ...pod.metadata.annotations, [RUNS_ON_ANNOTATION]: 'yes' } }
  await callJson(cluster.api, {
    method: 'POST',
    path: `${core}/pods`,
    body: { ...pod, metadata: played, spec: { ...pod.spec, nodeName: `kwok-${(index % NODES) + 1}` } },
  })
}

function admitted(policy: Policy, index: number): { readonly record: RunRecord; readonly facts: { readonly serverVersion: string } } {
  const request = runRequest({
    runner: policy.agentId,
    hostPort: 'http://10.0.0.1:8585/api',
    jwtToken: 'x'.repeat(600),
    pipelineName: `nightly-${index}`,
    runId: randomUUID(),
  })
  const facts = { serverVersion: '1.11.1' }
  return { record: must(admit(request, policy, { ...facts, nowMs: Date.now() })).record, facts }
}

function ended(record: RunRecord): RunRecord {
  const endedAtMs = Date.now()
  const end = { state: 'success', message: '', startedAtMs: endedAtMs - 60_000, endedAtMs, isAcknowledged: true } as const
  return { ...record, status: { ...record.status, phase: 'Ended', end } }
}
