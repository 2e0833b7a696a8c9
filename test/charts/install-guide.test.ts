import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { expect, test } from 'vitest'
import type { Json } from '../../constructs/expression/expression.ts'
import { problemsOf } from '../../constructs/helm/checks-template.ts'
import { chartValues } from '../../constructs/values/chart-values.ts'
import { mergedValues } from '../../constructs/values/merged-values.ts'
import { plainObjects } from '../../constructs/yaml/plain-objects.ts'
import { scopeFor } from '../../constructs/yaml/release-scope.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { run } from '../cluster/shell.ts'
import { withFiles } from './render.ts'

const GUIDE = readFileSync(new URL('../../docs/install.md', import.meta.url), 'utf8')
const RELEASE = { name: 'collate-prod', namespace: 'ingestion-runner', version: '1.2.3' }
const BLOCKS = [...GUIDE.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => ({ text, values: parse(text) as Json }))
const LEAST = BLOCKS.find(({ text }) => text.includes('authTokenSecret'))?.values ?? null

test.each(BLOCKS)('values of the guide install as they stand:\n$text', ({ values }) => {
  const judged = chartValues.safeParse(values)
  expect(judged.success ? [] : judged.error.issues).toEqual([])
  const all = mergedValues(LEAST, values)
  expect(problemsOf(scopeFor(all, RELEASE))).toEqual([])
  expect(JSON.stringify(plainObjects(all, RELEASE))).not.toContain('VALUES_WARNINGS')
})

test('the guide shows the least and something of each kind of place', () => {
  expect(BLOCKS.length).toBeGreaterThan(8)
  expect(problemsOf(scopeFor(LEAST, RELEASE))).toEqual([])
})

test('the guide names the image under the version of this checkout', () => {
  const named = [...GUIDE.matchAll(/hybrid-ingestion-runner[-:](\d+\.\d+\.\d+)|^  tag: (\d+\.\d+\.\d+)$/gm)].map(([, inName, inTag]) => inName ?? inTag)
  expect(named).toHaveLength(4)
  expect([...new Set(named)]).toEqual([packageJson.version])
})

test("the guide to a move shows a request that compiles with the guide's least values", { timeout: 60_000 }, async () => {
  const guide = readFileSync(new URL('../../docs/migrating.md', import.meta.url), 'utf8')
  const [, request = ''] = /```json\n(.*?)```/s.exec(guide) ?? []
  const program = new URL('../../reconciler/cli/main.ts', import.meta.url).pathname
  await withFiles({ 'request.json': request, 'values.yaml': JSON.stringify(LEAST) }, async (folder) => {
    const args = ['compile', join(folder, 'request.json'), '--values', join(folder, 'values.yaml'), '--server-version', '1.13.3']
    const text = await run(process.execPath, [program, ...args])
    expect(text).toContain('kind: Pod\n')
    expect(text).toContain(':om-1.13.3-cl-1.13.3')
  })
})
