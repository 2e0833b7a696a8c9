/** The guard beside a namespace that enforces the `restricted` Pod Security Standard. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guardIssues } from '../../compiler/merge/merge-guard.ts'
import { strategicMerge } from '../../compiler/merge/strategic-merge.ts'
import { startJudge } from './examples/dry-run.ts'
import type { Judge } from './examples/dry-run.ts'
import { GUARDED, HARMLESS, LOOSENING } from './merge-guard-examples.ts'

let judge: Judge

beforeAll(async () => {
  judge = await startJudge({ serviceAccounts: ['ingestion'], priorityClasses: ['high'] })
})
afterAll(async () => judge.close())

function specAfter(patch: object): typeof GUARDED.spec {
  const merged = strategicMerge('PodSpec', GUARDED.spec, patch, { original: 'pod', patch: 'patch' })
  if (!merged.ok) throw new Error(JSON.stringify(merged.error))
  return merged.value
}

async function refusalOf(patch: object): Promise<string | undefined> {
  return await judge.refusalOf({ apiVersion: 'v1', kind: 'Pod', metadata: GUARDED.metadata, spec: specAfter(patch) })
}

describe('the guard and the restricted standard agree', () => {
  test.each(HARMLESS)('to take %j', async (patch) => {
    expect(await refusalOf(patch)).toBeUndefined()
    expect(guardIssues(GUARDED, { ...GUARDED, spec: specAfter(patch) })).toEqual([])
  })

  test.each(LOOSENING)('to refuse %j', async (patch) => {
    // What a pod cannot even say is refused as invalid before the standard is asked.
    expect(await refusalOf(patch)).toMatch(/violates PodSecurity \\"restricted|is invalid/)
    expect(guardIssues(GUARDED, { ...GUARDED, spec: specAfter(patch) })).not.toEqual([])
  })
})
