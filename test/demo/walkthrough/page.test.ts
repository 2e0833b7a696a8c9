import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { describe, expect, test } from 'vitest'
import type { Json } from '../../../constructs/expression/expression.ts'
import { problemsOf } from '../../../constructs/helm/checks-template.ts'
import { chartValues } from '../../../constructs/values/chart-values.ts'
import { scopeFor } from '../../../constructs/yaml/release-scope.ts'
import { pageOf, withoutOutcomes } from './page.ts'
import { LAST_RUN, NAMESPACE, RELEASE } from './step.ts'
import { STEPS } from './steps.ts'

const PAGE = readFileSync(new URL('../../../docs/walkthrough.md', import.meta.url), 'utf8')

describe('docs/walkthrough.md', () => {
  test('tells what its steps say, type and do, in their order; else: npm run docs:walkthrough', () => {
    expect(withoutOutcomes(PAGE)).toBe(withoutOutcomes(pageOf(STEPS, [])))
  })

  test('shows what came of each command that prints something', () => {
    expect(PAGE.length).toBeGreaterThan(2 * withoutOutcomes(PAGE).length)
  })

  test.each(STEPS.flatMap((step) => ('file' in step ? [step] : [])))('has values in $file that the chart takes', ({ content }) => {
    const values = parse(content) as Json
    expect(chartValues.safeParse(values).error?.issues ?? []).toEqual([])
    expect(problemsOf(scopeFor(values, { name: RELEASE, namespace: NAMESPACE, version: '1.2.3' }))).toEqual([])
  })

  test('sets values on the command line that the chart knows', () => {
    const sets = STEPS.flatMap((step) => ('shell' in step ? [...step.shell.matchAll(/--set ([a-zA-Z.]+)=(\S+)/g)] : []))
    expect(sets.length).toBeGreaterThan(0)
    for (const [, path = '', value = ''] of sets) {
      const nested = path.split('.').reduceRight<Json>((inner, key) => ({ [key]: inner }), value)
      expect(chartValues.safeParse(nested).error?.issues ?? []).toEqual([])
    }
  })
})

test('what a run decides is left out of a comparison: outcomes and ids', () => {
  const steps = [
    { says: 'Words.' },
    { file: 'values.yaml', content: 'a: 1' },
    { shell: `explain ${LAST_RUN}` },
    { collate: 'runs it', deed: 'run' },
    { says: 'More.' },
  ] as const
  const id = '5f0c6c0e-0b7d-4f5e-9a52-3c0f8a1d2b11'
  const page = pageOf(
    steps.map((step) => ('shell' in step ? { shell: `explain ${id}` } : step)),
    ['', '', 'failed\n\nfor a reason', 'success', ''],
  )
  expect(page).toBe(
    `Words.\n\n\`values.yaml\`:\n\n\`\`\`yaml\na: 1\n\`\`\`\n\n\`\`\`console\n$ explain ${id}\nfailed\n\nfor a reason\n\n# Collate runs it\nsuccess\n\`\`\`\n\nMore.\n`,
  )
  expect(withoutOutcomes(page)).toBe(withoutOutcomes(pageOf(steps, [])))
})
