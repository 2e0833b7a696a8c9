/**
 * How many random cases the property tests try, and from which seed.
 *
 * `FC_SEED` and `FC_RUNS` say it by hand. Else CI, and who leaves nothing out, tries many cases. CI has one seed, so that a change is judged
 * by the same cases as the change before it; everywhere else, and where nothing is left out, the seed is new every time, to find what nobody
 * has seen yet.
 */
const isAll = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'
const isCi = process.env['CI'] === 'true'
const FIXED_SEED = 20_260_101

export function propertyCases({ inCi, elsewhere }: { readonly inCi: number; readonly elsewhere: number }): { readonly numRuns: number; readonly seed: number } {
  const seed = Number(process.env['FC_SEED'] ?? (isCi && !isAll ? FIXED_SEED : Math.floor(Math.random() * 2 ** 31)))
  const numRuns = Number(process.env['FC_RUNS'] ?? (isCi || isAll ? inCi : elsewhere))
  console.info(`property tests: FC_SEED=${seed} FC_RUNS=${numRuns} repeats them`)
  return { numRuns, seed }
}
