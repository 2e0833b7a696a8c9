import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Json } from '../../constructs/expression/expression.ts'
import { OF_OPERATIONS } from './defects/operations.ts'
import { render, type Rendering } from './defects/rendering.ts'
import { OF_RIGHTS } from './defects/rights.ts'
import { OF_VALUES } from './defects/values.ts'

const ROOT = new URL('../../', import.meta.url)
const ALL = [...OF_VALUES, ...OF_RIGHTS, ...OF_OPERATIONS]
const NUMBERS = Array.from({ length: 47 }, (_, index) => index + 1)

const textOf = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8')

/** What it asks of them are expectations. */
function expectToHold(values: Json, holds: (rendering: Rendering) => void): void {
  holds(render(values))
}

describe("a defect of the vendor's chart", () => {
  test.each(ALL.flatMap((defect) => ('holds' in defect ? [defect] : [])))('$number: $here', ({ values, holds }) => expectToHold(values, holds))

  test.each(ALL.flatMap((defect) => ('seenIn' in defect ? [defect] : [])))('$number: $here, which $seenIn shows', ({ seenIn, title }) => {
    expect(textOf(seenIn)).toContain(title)
  })

  test('has its case here and its row in the guide, each of them', () => {
    const rows = [...textOf('docs/migrating.md').matchAll(/^\| (\d+) \|/gm)].map(([, number]) => Number(number))
    expect(rows.toSorted((one, other) => one - other)).toEqual(NUMBERS)
    expect(ALL.map(({ number }) => number)).toEqual(NUMBERS)
  })
})
