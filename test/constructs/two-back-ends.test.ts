import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '../../constructs/expression/expression.ts'
import { chartTemplates } from '../../constructs/chart-templates.ts'
import { chartFiles } from '../../constructs/helm/chart-files.ts'
import { problemsOf } from '../../constructs/helm/checks-template.ts'
import { mergedValues } from '../../constructs/values/merged-values.ts'
import { plainObjects, scopeFor } from '../../constructs/yaml/plain-objects.ts'
import type { HelmMajor } from '../charts/helm.ts'
import { helmTemplate, withFiles } from '../charts/render.ts'
import { propertyCases } from '../support/property-cases.ts'
import { someChartValues } from './values-arbitrary.ts'

const RELEASE = { name: 'collate-prod', namespace: 'argo-workflows', version: '1.2.3' }

const TEMPLATES = chartTemplates()

interface Named {
  readonly kind?: string
  readonly metadata?: { readonly name?: string; readonly namespace?: string }
}

const keyOf = (object: unknown): string => {
  const { kind, metadata } = object as Named
  return `${kind} ${metadata?.namespace ?? ''} ${metadata?.name}`
}

const inOrder = (objects: readonly unknown[]): unknown[] => [...objects].toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))

/** Values that an install needs, over which most random ones are laid: else hardly one would pass the checks. */
const NEEDED: Json = { config: { authToken: 'x' }, ecrRegistryHelper: { enabled: false } }

async function expectSame(major: HelmMajor, chart: string, values: Json, file: string): Promise<void> {
  const args = ['--values', file]
  const problems = problemsOf(scopeFor(values, RELEASE))
  if (problems.length > 0) {
    await expect(helmTemplate(major, chart, RELEASE.name, RELEASE.namespace, args)).rejects.toThrow(problems.join('\n'))
    return
  }
  const rendered = await helmTemplate(major, chart, RELEASE.name, RELEASE.namespace, args)
  expect(inOrder(rendered), JSON.stringify(values)).toEqual(inOrder(plainObjects(values, RELEASE, TEMPLATES)))
}

/** Every eighth case as it came, which the checks will often refuse. */
function casesFrom({ numRuns, seed }: { readonly numRuns: number; readonly seed: number }): Json[] {
  return fc.sample(someChartValues, { numRuns, seed }).map((values, index) => (index % 8 === 0 ? values : mergedValues(values, NEEDED)))
}

describe('what Helm renders of the chart and what our own evaluation gives', () => {
  test.each([4, 3] as const)('are the same objects for any values that the schema takes, with Helm %i', { timeout: 600_000 }, async (major) => {
    const cases = casesFrom(propertyCases({ inCi: 60, elsewhere: 20 }))
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
