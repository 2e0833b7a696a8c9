import type { V1Pod } from '@kubernetes/client-node'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Workflow } from '../../../compiler/argo/workflow-types.ts'
import { LABEL_ATTEMPT, LABEL_RECORD } from '../../../compiler/labels.ts'
import { findRun, nameProblem } from '../../../reconciler/explain/find-run.ts'
import { aPodOf } from '../../support/a-pod.ts'
import { aRecord, storedAs } from '../../support/a-record.ts'
import { FakeCluster } from '../../support/fake-cluster.ts'

const RECORD = aRecord()
const POD = aPodOf(RECORD)
const NAME = POD.metadata?.name ?? ''

let cluster: FakeCluster
beforeEach(() => {
  cluster = new FakeCluster()
  cluster.put('configmaps', storedAs(RECORD))
  cluster.put('pods', POD)
})

async function found(name: string): Promise<object | undefined> {
  const run = await findRun(name, cluster)
  return run === undefined ? undefined : { pod: run.pod?.metadata?.name, record: run.record?.name, workflow: run.workflow }
}

function attempt(number: number): V1Pod {
  const metadata = { ...POD.metadata, name: `${RECORD.name}-${number}`, labels: { ...POD.metadata?.labels, [LABEL_ATTEMPT]: String(number) } }
  return { ...POD, metadata }
}

describe('a run is found by', () => {
  const whole = { pod: NAME, record: RECORD.name, workflow: undefined }

  test('the name of its pod', async () => {
    expect(await found(NAME)).toEqual(whole)
  })

  test('the name of its record', async () => {
    expect(await found(RECORD.name)).toEqual(whole)
  })

  test('its id, in either case of letters, its last attempt first', async () => {
    cluster.put('pods', attempt(2))
    cluster.put('pods', attempt(10))
    expect(await found(RECORD.spec.runId.toUpperCase())).toEqual({ ...whole, pod: `${RECORD.name}-10` })
  })

  test('the name of its Workflow, with what Argo says of it', async () => {
    const workflow = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Workflow', metadata: { name: 'w', labels: { [LABEL_RECORD]: RECORD.name } }, spec: {} }
    cluster.put('workflows', { ...workflow, status: { phase: 'Error', message: 'no room' } } as unknown as Workflow)
    cluster.put('pods', { ...POD, metadata: { ...POD.metadata, name: 'w-pod', labels: { 'workflows.argoproj.io/workflow': 'w' } } })
    expect(await found('w')).toEqual({ pod: 'w-pod', record: RECORD.name, workflow: { name: 'w', phase: 'Error', message: 'no room' } })
  })
})

test('a pod without a record is found as it is', async () => {
  cluster.put('pods', { metadata: { name: 'foreign' } })
  expect(await found('foreign')).toEqual({ pod: 'foreign', record: undefined, workflow: undefined })
})

test('what is not there is not found', async () => {
  expect(await found('nothing')).toBeUndefined()
  expect(await found('5f0c6c0e-0b7d-4f5e-9a52-000000000000')).toBeUndefined()
})

test('an account that may not read Workflows is asked about the rest', async () => {
  cluster.failNext('read', 'Forbidden', { kind: 'workflows' })
  expect(await found(RECORD.name)).toMatchObject({ record: RECORD.name })
})

test.each(['Run_1', '', '-a', 'a b', '../pods'])('%j is no name', (name) => {
  expect(nameProblem(name)).toContain('is neither the name')
})
