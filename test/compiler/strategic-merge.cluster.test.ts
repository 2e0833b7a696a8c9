/** Our strategic merge beside the API server's own: both results are stored as pod templates in a dry run, and must be the same or be refused both. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readFileSync } from 'node:fs'
import { strategicMerge } from '../../compiler/merge/strategic-merge.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { startCluster } from '../cluster/cluster.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { createNamespace } from '../cluster/namespaces.ts'
import { anyPatch } from './strategic-merge-arbitrary.ts'
import { BASE, PATCHES } from './strategic-merge-cases.ts'
import { mergeKeysModule } from './tools/merge-keys/merge-keys.ts'
import { propertyCases } from '../support/property-cases.ts'

const CASES = propertyCases({ inCi: 300, elsewhere: 300 })

let cluster: Cluster
let namespace: Awaited<ReturnType<typeof createNamespace>>
let templates: string
let original: object

beforeAll(async () => {
  cluster = await startCluster({ name: 'test', nodes: 'kubelet', auditLog: true, reuse: true })
  namespace = await createNamespace(cluster, 'merge')
  templates = `/api/v1/namespaces/${namespace.name}/podtemplates`
  const body = { metadata: { name: 'base' }, template: { spec: BASE } }
  original = specOf(await callJson(cluster.api, { method: 'POST', path: templates, body }))
})
afterAll(async () => namespace.delete())

function specOf(podTemplate: object): object {
  return Reflect.get(Reflect.get(podTemplate, 'template') as object, 'spec') as object
}

type Verdict = { readonly refused: true } | { readonly refused: false; readonly spec: object }

async function patched(patch: object): Promise<Verdict> {
  const contentType = 'application/strategic-merge-patch+json'
  return verdict(await cluster.api({ method: 'PATCH', path: `${templates}/base?dryRun=All`, contentType, body: { template: { spec: patch } } }))
}

async function created(spec: object): Promise<Verdict> {
  return verdict(
    await cluster.api({ method: 'POST', path: `${templates}?dryRun=All&fieldValidation=Strict`, body: { metadata: { name: 'ours' }, template: { spec } } }),
  )
}

function verdict({ status, body }: { readonly status: number; readonly body: string }): Verdict {
  if ([400, 422, 500].includes(status)) return { refused: true }
  if (status !== 200 && status !== 201) throw new Error(`${status} ${body}`)
  return { refused: false, spec: specOf(JSON.parse(body) as object) }
}

function ours(patch: object): object {
  const merged = strategicMerge('PodSpec', original, patch, { original: 'pod', patch: 'patch' })
  if (!merged.ok) throw new Error(JSON.stringify(merged.error))
  return merged.value
}

/**
 * A new container given twice, with a directive inside: the API server makes an element of the directive, we drop it, as we do in
 * everything that is new.
 */
function hasTwinWithDirective(patch: { readonly containers?: readonly { readonly name?: string }[] }): boolean {
  const names = (patch.containers ?? []).map(({ name }) => name)
  return new Set(names).size < names.length && JSON.stringify(patch.containers).includes('"$patch"')
}

describe('the API server merges as we do', () => {
  test.each(Object.entries(PATCHES))('%s', async (name, patch) => {
    const theirs = await patched(patch)
    expect(await created(ours(patch))).toEqual(theirs)
    expect(theirs.refused).toBe(name.includes('nobody takes'))
  })

  test('random patches', async () => {
    let taken = 0
    // The rest are refused for what they hold, by both.
    await fc.assert(
      fc.asyncProperty(anyPatch, async (patch) => {
        fc.pre(!hasTwinWithDirective(patch))
        const theirs = await patched(patch)
        if (!theirs.refused) taken += 1
        expect(await created(ours(patch))).toEqual(theirs)
      }),
      CASES,
    )
    expect(taken).toBeGreaterThan(CASES.numRuns / 10)
  })
})

test('the table of merge keys is what this API server says', async () => {
  const openApi = await callJson(cluster.api, { method: 'GET', path: '/openapi/v3/api/v1' })
  expect(readFileSync(new URL('../../compiler/merge/merge-keys.ts', import.meta.url), 'utf8')).toBe(mergeKeysModule(openApi))
})
