import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json, Scope } from '../../constructs/expression/expression.ts'
import { NAMED_TEMPLATES } from '../../constructs/helm/named-templates.ts'
import { sharedTemplates } from '../../constructs/helm/shared-templates.ts'
import { evaluateTree } from '../../constructs/tree/evaluate-tree.ts'
import { goTemplate } from '../../constructs/tree/go-template.ts'
import type { Tree } from '../../constructs/tree/tree.ts'
import { helmTemplate, withFiles } from '../charts/render.ts'
import { propertyCases } from '../support/property-cases.ts'
import { someTree, someValues } from './tree-arbitrary.ts'

const BUILTINS: Scope['builtins'] = {
  'Release.Name': 'collate-prod',
  'Release.Namespace': 'argo-workflows',
  'Release.Service': 'Helm',
  'Chart.Name': 'trees',
  'Chart.Version': '0.0.1',
  'Chart.AppVersion': '9.8.7',
}

interface Case {
  readonly name: string
  readonly tree: Tree
  readonly values: Json
}

/** Random cases from one seed, each in a room of the values of its own, so that one run of Helm renders all. */
function casesFrom({ numRuns, seed }: { readonly numRuns: number; readonly seed: number }): Case[] {
  const names = Array.from({ length: numRuns }, (_, index) => `case${index}`)
  return names.map((name, index) => {
    const [[tree, values] = []] = fc.sample(fc.tuple(someTree(name), someValues), { numRuns: 1, seed: seed + index })
    if (tree === undefined || values === undefined) throw new Error('no sample')
    return { name, tree, values }
  })
}

const inData = (name: string, data: Tree): Tree => ({
  kind: 'map',
  entries: [
    { kind: 'entry', key: 'kind', value: { kind: 'scalar', value: 'ConfigMap' }, when: null },
    { kind: 'entry', key: 'name', value: { kind: 'scalar', value: name }, when: null },
    { kind: 'entry', key: 'data', value: data, when: null },
  ],
})

function chartOf(cases: readonly Case[]): Record<string, string> {
  return {
    'Chart.yaml': 'apiVersion: v2\nname: trees\nversion: 0.0.1\nappVersion: "9.8.7"\n',
    'values.yaml': JSON.stringify(Object.fromEntries(cases.map(({ name, values }) => [name, values]))),
    'templates/_functions.tpl': NAMED_TEMPLATES,
    ...sharedTemplates(cases.map(({ name, tree }) => ({ id: name, tree, when: undefined }))),
    ...Object.fromEntries(cases.map(({ name, tree }) => [`templates/${name}.yaml`, goTemplate(inData(name, tree))])),
  }
}

describe('a printed tree', () => {
  test.each([4, 3] as const)('is to Helm %i what its evaluation is, whatever the values hold', { timeout: 120_000 }, async (major) => {
    const cases = casesFrom(propertyCases({ inCi: 600, elsewhere: 200 }))
    const rendered = await withFiles(chartOf(cases), async (folder) => helmTemplate(major, folder, 'collate-prod', 'argo-workflows'))
    const found = new Map(rendered.map((document) => [(document as { name: string }).name, (document as { data: unknown }).data]))
    for (const { name, tree, values } of cases) {
      const wanted = evaluateTree(tree, { values: { [name]: values }, builtins: BUILTINS, items: {} })
      expect(found.get(name), `${goTemplate(tree)}\n${JSON.stringify(values)}`).toEqual(wanted)
    }
  })
})
