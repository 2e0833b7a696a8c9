import { beforeAll, expect, test } from 'vitest'
import { BUILT_RUNS } from '../compiler/examples/pipeline-runs.ts'
import { askOpenMetadata } from './openmetadata.ts'

const NAMES = Object.keys(BUILT_RUNS) as (keyof typeof BUILT_RUNS)[]

let answers: readonly { readonly config?: unknown; readonly error?: string }[]

beforeAll(async () => {
  answers = (await askOpenMetadata(
    'builders.py',
    NAMES.map((name) => BUILT_RUNS[name]),
  )) as typeof answers
})

test.each(NAMES)("what OpenMetadata's builder makes of %s is on file", async (name) => {
  const answer = answers[NAMES.indexOf(name)]
  expect(answer?.error).toBeUndefined()
  await expect(`${JSON.stringify(answer?.config, null, 2)}\n`).toMatchFileSnapshot(`goldens/${name}.json`)
})
