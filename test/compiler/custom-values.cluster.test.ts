/** Our rules for the operator's own fields beside those of a real API server, for the pods as the merge makes them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { strategicMerge } from '../../compiler/merge/strategic-merge.ts'
import { byPodName } from '../../compiler/pod/custom-pod.ts'
import { REFUSED_BY_KUBERNETES, TAKEN } from './custom-values.ts'
import { startJudge } from './examples/dry-run.ts'
import type { Judge } from './examples/dry-run.ts'
import { must } from './examples/must.ts'
import { aPolicy } from './examples/policy.ts'
import { runOf } from './examples/run.ts'
import { aMetadataRun } from './examples/run-request.ts'

let judge: Judge

beforeAll(async () => {
  judge = await startJudge({ serviceAccounts: ['ingestion'] })
})
afterAll(async () => judge.close())

const { pod } = runOf(aMetadataRun(), aPolicy())
const [main] = pod.spec?.containers ?? []

type Fields = Readonly<Record<string, unknown>>

/** The pod with the fields laid over it, and nobody to judge it. */
function unjudged(containerParams: Fields, { podMetadata = {}, podSpecPatch = {}, ...params }: Fields): object {
  const merged = (name: 'ObjectMeta' | 'PodSpec' | 'Container', original: unknown, patch: unknown): object =>
    must(strategicMerge(name, Object(original) as object, patch, { original: 'original', patch: 'patch' }))
  const spec = { ...merged('PodSpec', pod.spec, byPodName(params)), containers: [merged('Container', main, containerParams)] }
  return { ...pod, metadata: merged('ObjectMeta', pod.metadata, podMetadata), spec: merged('PodSpec', spec, podSpecPatch) }
}

describe('the API server', () => {
  test.each(REFUSED_BY_KUBERNETES.filter(({ executor }) => executor !== 'argo'))('refuses, too, what the start refuses: $path in $files', async ({ files }) => {
    const refusal = await judge.refusalOf(unjudged((files.containerParams ?? {}) as Fields, (files.workflowParams ?? {}) as Fields))
    expect(refusal).toMatch(/^(400|403|422) /)
    expect(refusal).not.toContain('violates PodSecurity')
  })

  test.each(TAKEN.filter(({ executor }) => executor !== 'argo'))('takes, too, what the start takes: $files', async ({ files }) => {
    expect(await judge.refusalOf(runOf(aMetadataRun(), aPolicy({}, files)).pod)).toBeUndefined()
  })
})
