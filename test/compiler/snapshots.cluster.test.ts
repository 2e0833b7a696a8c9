/** The golden files before a real API server: a dry run with strict field validation, under the `restricted` Pod Security Standard. */
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { payloadSecret } from '../../compiler/payload.ts'
import { parsePolicy } from '../../compiler/policy.ts'
import { recordConfigMap } from '../../compiler/record-config-map.ts'
import { goodEnvironment, goodRequest } from './examples/arbitraries.ts'
import { startJudge } from './examples/dry-run.ts'
import type { Judge } from './examples/dry-run.ts'
import { must } from './examples/must.ts'
import { aPolicy } from './examples/policy.ts'
import { runOf } from './examples/run.ts'
import { aMetadataRun } from './examples/run-request.ts'

const SNAPSHOTS = new URL('../../snapshots/', import.meta.url)

interface Golden {
  readonly file: string
  readonly objects: readonly object[]
}

/** Files that hold Kubernetes objects; a workflow config is none. */
const GOLDENS: readonly Golden[] = readdirSync(SNAPSHOTS)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => ({ file, objects: objectsIn(readFileSync(new URL(file, SNAPSHOTS), 'utf8')) }))
  .filter(({ objects }) => objects.length > 0)

function objectsIn(text: string): object[] {
  return parseAllDocuments(text, { version: '1.1' }).flatMap((document) => {
    const value: unknown = document.toJS()
    return typeof value === 'object' && value !== null && 'kind' in value ? [value] : []
  })
}

let judge: Judge

beforeAll(async () => {
  judge = await startJudge({ serviceAccounts: ['ingestion', 'ingestion-irsa'], priorityClasses: ['ingestion-high'] })
})
afterAll(async () => judge.close())

describe('the API server', () => {
  test('has golden files to judge', () => {
    expect(GOLDENS.length).toBeGreaterThan(10)
  })

  test.each(GOLDENS)('takes $file', async ({ objects }) => {
    for (const object of objects) expect(await judge.refusalOf(object)).toBeUndefined()
  })

  test('takes record, payload and pod of requests with the wildest names', async () => {
    await fc.assert(
      fc.asyncProperty(goodRequest, goodEnvironment, async (request, environment) => {
        const { policy } = must(parsePolicy(environment))
        const { record, payload, stored, pod } = runOf({ ...request, runner: policy.agentId }, policy)
        for (const object of [recordConfigMap(record), payloadSecret(payload, stored), pod]) expect(await judge.refusalOf(object)).toBeUndefined()
      }),
      { numRuns: 100 },
    )
  })

  test('refuses a pod that is not restricted, and a field that is none', async () => {
    const { pod } = runOf(aMetadataRun(), aPolicy())
    const [container] = pod.spec?.containers ?? []
    const asRoot = { ...pod, spec: { ...pod.spec, containers: [{ ...container, securityContext: { privileged: true } }] } }
    expect(await judge.refusalOf(asRoot)).toContain('violates PodSecurity')
    expect(await judge.refusalOf({ ...pod, spec: { ...pod.spec, tolration: [] } })).toContain('tolration')
  })
})
