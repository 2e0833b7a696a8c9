import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { expect, test } from 'vitest'
import type { Json } from '../../constructs/expression/expression.ts'
import { problemsOf } from '../../constructs/helm/checks-template.ts'
import { chartValues } from '../../constructs/values/chart-values.ts'
import { mergedValues } from '../../constructs/values/merged-values.ts'
import { plainObjects } from '../../constructs/yaml/plain-objects.ts'
import { scopeFor } from '../../constructs/yaml/release-scope.ts'

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
