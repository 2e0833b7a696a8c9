import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const SMALL_HEAP = new URL('../../../reconciler/cli/small-heap.ts', import.meta.url).href

/** Reads documents like the pages of a list, of which a few are kept. Prints how large the space of young objects has become. */
const READ_PAGES = `
const { getHeapSpaceStatistics } = await import('node:v8')
const page = JSON.stringify(Array.from({ length: 5_000 }, (_, index) => ({ name: 'object-' + index, labels: { index: String(index) } })))
const kept = []
for (let read = 0; read < 60; read += 1) kept.push(JSON.parse(page).slice(0, 500))
const youngSpace = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')
console.log(kept.length === 60 ? youngSpace.space_size : NaN)
`

async function youngSpaceAfter(first: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', `${first}\n${READ_PAGES}`])
  return Number(stdout)
}

test('a heap that is kept small does not let the space of young objects grow', async () => {
  const [small, free] = await Promise.all([youngSpaceAfter(`(await import(${JSON.stringify(SMALL_HEAP)})).keepHeapSmall()`), youngSpaceAfter('')])
  expect(small).toBeGreaterThan(0)
  expect(small).toBeLessThan(free / 4)
})
