import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '../../constructs/expression/expression.ts'
import { chartFiles } from '../../constructs/helm/chart-files.ts'
import { plainObjects } from '../../constructs/yaml/plain-objects.ts'
import { helmTemplate, withFiles } from '../charts/render.ts'
import { propertyCases } from '../support/property-cases.ts'
import { someChartValues } from './values-arbitrary.ts'

const RELEASE = { name: 'collate-prod', namespace: 'argo-workflows', version: '1.2.3' }

interface Named {
  readonly kind?: string
  readonly metadata?: { readonly name?: string; readonly namespace?: string }
}

const keyOf = (object: unknown): string => {
  const { kind, metadata } = object as Named
  return `${kind} ${metadata?.namespace ?? ''} ${metadata?.name}`
}

const inOrder = (objects: readonly unknown[]): unknown[] => [...objects].toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))

async function expectSame(major: 3 | 4, chart: string, values: Json, folder: string): Promise<void> {
  const rendered = await helmTemplate(major, chart, RELEASE.name, RELEASE.namespace, ['--values', folder])
  expect(inOrder(rendered), JSON.stringify(values)).toEqual(inOrder(plainObjects(values, RELEASE)))
}

describe('what Helm renders of the chart and what our own evaluation gives', () => {
  test.each([4, 3] as const)('are the same objects for any values that the schema takes, with Helm %i', { timeout: 600_000 }, async (major) => {
    const { numRuns, seed } = propertyCases({ inCi: 500, elsewhere: 40 })
    const cases = fc.sample(someChartValues, { numRuns, seed })
    const files = {
      ...chartFiles(RELEASE.version),
      ...Object.fromEntries(cases.map((values, index) => [`cases/${index}.json`, JSON.stringify(values)])),
      '.helmignore': 'cases\n',
    }
    await withFiles(files, async (folder) => {
      for (const [index, values] of cases.entries()) await expectSame(major, folder, values, `${folder}/cases/${index}.json`)
    })
  })
})
