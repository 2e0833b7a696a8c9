/** The golden files before a real API server: a dry run with strict field validation, under the `restricted` Pod Security Standard. */
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { payloadSecret } from '../../compiler/payload.ts'
import { parsePolicy } from '../../compiler/policy.ts'
import { EXECUTORS } from '../../compiler/policy/executor.ts'
import { recordConfigMap } from '../../compiler/record-config-map.ts'
import { scheduleConfigMap } from '../../compiler/schedule/schedule-config-map.ts'
import { externalKubeconfig } from '../cluster/external-cluster.ts'
import { goodEnvironment, goodRequest, withSchedule } from './examples/arbitraries.ts'
import { startJudge } from './examples/dry-run.ts'
import type { Judge } from './examples/dry-run.ts'
import { must } from './examples/must.ts'
import { anArgoPolicy, aPolicy } from './examples/policy.ts'
import { admittedBy, objectOf, runOf } from './examples/run.ts'
import { aMetadataRun } from './examples/run-request.ts'
import { scheduleOf } from './examples/schedule.ts'

const SNAPSHOTS = new URL('../../snapshots/', import.meta.url)

interface Golden {
  readonly file: string
  readonly objects: readonly object[]
}

/** Files that hold Kubernetes objects; a workflow config is none. */
const GOLDENS: readonly Golden[] = readdirSync(SNAPSHOTS, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => ({ file, objects: objectsIn(readFileSync(new URL(file, SNAPSHOTS), 'utf8')) }))
  .filter(({ objects }) => objects.length > 0)

function objectsIn(text: string): object[] {
  return parseAllDocuments(text, { version: '1.1' }).flatMap((document) => {
    const value: unknown = document.toJS()
    return typeof value === 'object' && value !== null && 'kind' in value ? [value] : []
  })
}

/** A cluster that somebody gave may be without Argo; one of ours has its definitions in full. */
const WITH_ARGO = externalKubeconfig() === undefined

let judge: Judge

beforeAll(async () => {
  judge = await startJudge({ serviceAccounts: ['ingestion', 'ingestion-irsa'], priorityClasses: ['ingestion-high'], withArgo: WITH_ARGO })
})
afterAll(async () => judge.close())

describe('the API server', () => {
  test('has golden files to judge', () => {
    expect(GOLDENS.length).toBeGreaterThan(100)
  })

  test.each(GOLDENS.filter(({ file }) => WITH_ARGO || !file.startsWith('argo/')))('takes $file', async ({ objects }) => {
    for (const object of objects) expect(await judge.refusalOf(object)).toBeUndefined()
  })

  test.each(EXECUTORS.filter((executor) => WITH_ARGO || executor !== 'argo'))('takes what %s makes of requests with the wildest names', async (executor) => {
    await fc.assert(
      fc.asyncProperty(goodRequest, goodEnvironment, async (request, environment) => {
        const { policy } = must(parsePolicy({ ...environment, EXECUTOR_TYPE: executor }))
        const ours = { ...request, runner: policy.agentId }
        const { record, payload, stored } = admittedBy('pipeline/run', ours, policy)
        const schedule = scheduleOf(withSchedule(ours), policy)
        const runObjects = [recordConfigMap(record), payloadSecret(payload, stored), objectOf('pipeline/run', ours, policy)]
        const scheduleObjects = [scheduleConfigMap(schedule.record), payloadSecret(schedule.payload, schedule.stored), schedule.object]
        for (const object of [...runObjects, ...scheduleObjects]) expect(await judge.refusalOf(object)).toBeUndefined()
      }),
      { numRuns: 50 },
    )
  })

  test('refuses a Workflow with a field that is none', async ({ skip }) => {
    skip(!WITH_ARGO, 'the cluster has no Argo')
    const workflow = objectOf('pipeline/run', aMetadataRun(), anArgoPolicy())
    expect(await judge.refusalOf({ ...workflow, spec: { ...workflow.spec, tolration: [] } })).toContain('tolration')
  })

  test('refuses a pod that is not restricted, and a field that is none', async () => {
    const { pod } = runOf(aMetadataRun(), aPolicy())
    const [container] = pod.spec?.containers ?? []
    const asRoot = { ...pod, spec: { ...pod.spec, containers: [{ ...container, securityContext: { privileged: true } }] } }
    expect(await judge.refusalOf(asRoot)).toContain('violates PodSecurity')
    expect(await judge.refusalOf({ ...pod, spec: { ...pod.spec, tolration: [] } })).toContain('tolration')
  })
})
