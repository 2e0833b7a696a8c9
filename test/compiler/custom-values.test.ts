import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { parsePolicy } from '../../compiler/policy.ts'
import type { CustomConfigFiles } from '../../compiler/policy/custom-config.ts'
import { EXECUTORS } from '../../compiler/policy/executor.ts'
import type { Executor } from '../../compiler/policy/executor.ts'
import { propertyCases } from '../support/property-cases.ts'
import { REFUSED_BY_KUBERNETES, REFUSED_BY_RUNNER, TAKEN } from './custom-values.ts'
import { EVERY_REQUEST } from './examples/every-request.ts'
import { aPolicyOf, ENVIRONMENT, entryFor } from './examples/policy.ts'
import { objectOf } from './examples/run.ts'
import { aMetadataRun } from './examples/run-request.ts'
import { aDeploy, scheduleOf } from './examples/schedule.ts'
import { viewOf } from './examples/view.ts'

const CASES = propertyCases({ inCi: 1_000, elsewhere: 200 })

vi.setConfig({ testTimeout: 60_000 + 60 * CASES.numRuns })

function problems(executor: Executor, files: CustomConfigFiles, environment: Readonly<Record<string, string>> = {}): string[] {
  const parsed = parsePolicy({ ...ENVIRONMENT, ...environment, EXECUTOR_TYPE: executor }, files)
  return parsed.ok ? [] : parsed.error.map(({ path }) => path)
}

/** A run of every kind and a schedule, or an error that says which did not compile. */
function compileEverything(executor: Executor, files: CustomConfigFiles, environment: Readonly<Record<string, string>> = {}): void {
  const policy = aPolicyOf(executor, environment, files)
  for (const { method, params } of EVERY_REQUEST) objectOf(method, params, policy)
  scheduleOf(aDeploy(), policy)
}

describe.each(EXECUTORS)('a value of the operator under %s', (executor) => {
  const isHere = (row: { readonly executor?: Executor }): boolean => row.executor === undefined || row.executor === executor

  test.each([...REFUSED_BY_KUBERNETES, ...REFUSED_BY_RUNNER].filter(isHere))(
    'is refused at the start under its own name: $path in $files',
    ({ files, path }) => {
      expect(problems(executor, files)).toContain(path)
      for (const one of problems(executor, files)) expect(one).toMatch(/^(container|workflow)Params/)
    },
  )

  test.each(TAKEN.filter(isHere))('is taken, and everything compiles: $files', ({ files }) => {
    expect(problems(executor, files)).toEqual([])
    compileEverything(executor, files)
  })

  test.each<{ readonly name: string; readonly files: CustomConfigFiles }>([
    { name: 'for the container', files: { containerParams: { resources: { limits: { memory: '1Gi' } } } } },
    { name: 'in the patch', files: { workflowParams: { podSpecPatch: { containers: [{ name: 'main', resources: { limits: { memory: '1Gi' } } }] } } } },
  ])('wins over a larger request when it is a limit $name', ({ files }) => {
    const view = viewOf(objectOf('pipeline/run', aMetadataRun(), aPolicyOf(executor, {}, files)))
    expect(view.container.resources?.requests).toEqual({ cpu: '1000m', memory: '1Gi' })
  })

  test('is tried with each type of pipeline that the table names', () => {
    const table = entryFor('profiler', { resources: { requests: { 'nvidia.com/gpu': 1 }, limits: { 'nvidia.com/gpu': 1 } } }, executor)
    const files = { containerParams: { resources: { limits: { 'nvidia.com/gpu': null } } } }
    expect(problems(executor, files)).toEqual([])
    expect(problems(executor, files, table)).toEqual(['containerParams.resources.requests["nvidia.com/gpu"]'])
  })
})

describe('all of the operator that the start takes', () => {
  const pieces = [...REFUSED_BY_KUBERNETES, ...REFUSED_BY_RUNNER, ...TAKEN, ...TAKEN, ...TAKEN]
  const files = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 3 }).map((chosen): CustomConfigFiles => ({
    containerParams: Object.assign({}, ...chosen.map((one) => one.files.containerParams)) as unknown,
    workflowParams: Object.assign({}, ...chosen.map((one) => one.files.workflowParams)) as unknown,
  }))
  const tables = fc.constantFrom(
    {},
    { limits: { memory: '512Mi' } },
    { requests: { memory: '16Gi' } },
    { limits: { 'nvidia.com/gpu': 1 }, requests: { 'nvidia.com/gpu': 1 } },
  )

  test('compiles for every kind and every schedule', () => {
    let taken = 0
    fc.assert(
      fc.property(
        fc.constantFrom(...EXECUTORS),
        files,
        fc.constantFrom('metadata', 'profiler', 'automation', 'default'),
        tables,
        (executor, chosen, type, resources) => {
          const environment = entryFor(type, { resources }, executor)
          if (problems(executor, chosen, environment).length > 0) return
          taken += 1
          compileEverything(executor, chosen, environment)
        },
      ),
      CASES,
    )
    expect(taken).toBeGreaterThan(CASES.numRuns / 20)
    expect(taken).toBeLessThan(CASES.numRuns)
  })
})
