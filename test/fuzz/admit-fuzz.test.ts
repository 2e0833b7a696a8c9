/** The compiler is total: whatever the params of a request are, it gives objects or issues. */
import { expect, test } from 'vitest'
import { admitSchedule } from '../../compiler/admit-schedule.ts'
import { ADMIT_BY_METHOD } from '../../compiler/admit.ts'
import { aPolicy } from '../compiler/examples/policy.ts'
import { FACTS, NOW_MS } from '../compiler/examples/run.ts'
import { EXAMPLES } from '../workshop/protocol-examples.ts'
import { mutated, textOf } from './mutate.ts'
import { randomFrom } from './random.ts'

const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'
const CASES = IS_ALL ? 40_000 : 4_000
const SEED = Number(process.env['FUZZ_SEED'] ?? (IS_ALL ? Math.floor(Math.random() * 2 ** 31) : 20_260_103))

test.each(Object.entries({ ...ADMIT_BY_METHOD, 'pipeline/deploy': admitSchedule }))('%s throws for no params', { timeout: 300_000 }, (method, admit) => {
  console.info(`fuzz: FUZZ_SEED=${SEED} repeats it`)
  const random = randomFrom(SEED)
  const policy = aPolicy()
  let admitted = 0
  for (let count = 0; count < CASES; count += 1) {
    const text = textOf(mutated(EXAMPLES[method as keyof typeof EXAMPLES].params, random))
    try {
      if (admit(JSON.parse(text), policy, { ...FACTS, nowMs: NOW_MS }).ok) admitted += 1
    } catch (error) {
      throw new Error(`${String(error)} for ${text.slice(0, 2_000)}`, { cause: error })
    }
  }
  expect(admitted).toBeGreaterThan(CASES / 20)
  expect(admitted).toBeLessThan(CASES)
})
