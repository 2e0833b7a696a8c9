/** The pages name tests for what they claim: those are there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './run-program.ts'

const PAGES = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'))

/** Files and folders below `test/` that stand as code. */
function testsIn(text: string): string[] {
  return [...text.matchAll(/`(test\/[\w./-]+)`/g)].map(([, path = '']) => path)
}

test('every test that a page names is there', () => {
  const named = PAGES.flatMap((page) => testsIn(readFileSync(join(ROOT, 'docs', page), 'utf8')).map((path) => ({ page, path })))
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter(({ path }) => !existsSync(join(ROOT, path)))).toEqual([])
})

test('a test that is not there would be found', () => {
  expect(testsIn('proven by `test/charts/none.test.ts`').map((path) => existsSync(join(ROOT, path)))).toEqual([false])
})
