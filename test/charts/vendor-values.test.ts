import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { CustomConfigFiles } from '../../compiler/policy/custom-config.ts'
import { ok } from '../../compiler/result.ts'
import { parseConfig } from '../../reconciler/config.ts'
import { rendered, type RenderedObject, runnerOf, type Variable } from './rendered-case.ts'
import { type ExpectedValue, type VendorCase, vendorCase, vendorCases } from './vendor-case.ts'
import { vendorEnvironment, VENDORS_NAMES } from './vendor-environment.ts'

/** A token that the values give lies in a Secret: the variable names it, and the Secret says the same. */
function expectVariable(variable: Variable | undefined, expected: ExpectedValue, objects: readonly RenderedObject[]): void {
  if (variable?.name === 'AUTH_TOKEN') {
    const { name, key } = variable.valueFrom?.secretKeyRef ?? {}
    if (typeof expected === 'object') return expect({ secret: name, key }).toEqual(expected)
    const secret = objects.find(({ kind, metadata }) => kind === 'Secret' && metadata.name === name)
    return expect(secret?.stringData?.[key ?? '']).toBe(expected)
  }
  if (typeof expected === 'object' && 'json' in expected) return expect(JSON.parse(variable?.value ?? 'null')).toEqual(expected.json)
  expect(variable?.value).toBe(expected)
}

function warningsOf(environment: ReadonlyMap<string, Variable>): string[] {
  return (environment.get('VALUES_WARNINGS')?.value ?? '')
    .split('\n')
    .filter((line) => line !== '' && !/^(config\.authToken is given|ecrRegistryHelper\.collateCredentials\.values holds)/.test(line))
}

/** What the runner finds in the two files, where there are any. */
function customConfigOf(objects: readonly RenderedObject[]): CustomConfigFiles {
  const { data } = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.endsWith('-ingestion-config')) ?? {}
  if (data === undefined) return {}
  return { containerParams: parse(data['container-params.yaml'] ?? ''), workflowParams: parse(data['workflow-params.yaml'] ?? '') }
}

describe("values of the vendor's chart, unchanged", () => {
  test.each(vendorCases())('$name: install, and the runner is told what the vendor would tell it', async (one) => {
    const objects = await rendered(one)
    const { pod, container } = runnerOf(objects)
    const environment = new Map(container.env.map((variable) => [variable.name, variable]))
    expect(environment.size, 'each name stands once').toBe(container.env.length)
    const expected = vendorEnvironment(one)
    for (const [name, value] of expected) expectVariable(environment.get(name), value, objects)
    const isOurs = ({ name, value }: Variable): boolean => name === 'EXECUTOR_TYPE' && value === 'argo'
    const unexpected = container.env.filter((variable) => VENDORS_NAMES.includes(variable.name) && !expected.has(variable.name) && !isOurs(variable))
    expect(unexpected.filter(({ value }) => value !== '')).toEqual([])
    expect(environment.get('EXECUTOR_TYPE')?.value).toBe(one.executor)
    expect(pod).toMatchObject(one.pod)
    expect(container).toMatchObject(one.container)
  })

  test.each(vendorCases().filter(({ objects }) => objects.length > 0))('$name: the other objects say what the values say', async (one) => {
    const objects = await rendered(one)
    for (const { kind, name, annotations, data } of one.objects) {
      const found = objects.find((object) => object.kind === kind && object.metadata.name === name)
      expect(found, `${kind} ${name}`).toMatchObject({ metadata: annotations === undefined ? {} : { annotations }, ...(data === undefined ? {} : { data }) })
    }
  })

  test.each(vendorCases().filter(({ warnings }) => warnings !== undefined))('$name: what has no effect is told', async (one) => {
    const { container } = runnerOf(await rendered(one))
    const told = warningsOf(new Map(container.env.map((variable) => [variable.name, variable])))
    for (const beginning of one.warnings ?? [])
      expect(
        told.some((line) => line.startsWith(beginning)),
        `${beginning}\n${told.join('\n')}`,
      ).toBe(true)
  })

  test.each(vendorCases())('$name: are understood by the runner', async (one) => {
    const { container } = runnerOf(await rendered(one))
    const environment = Object.fromEntries(container.env.map(({ name, value }) => [name, value]))
    const config = parseConfig(environment, ok(customConfigOf(await rendered(one))))
    expect(config.ok ? [] : config.error).toEqual([])
  })

  test('say nothing in vain where they are the ones that the document shows', async () => {
    for (const name of ['minimum-argo', 'aws-irsa', 'gke-workload-identity', 'pipeline-types-argo', 'pipeline-types-simple', 'metrics', 'own-images']) {
      const { container } = runnerOf(await rendered(vendorCase(name)))
      expect(warningsOf(new Map(container.env.map((variable) => [variable.name, variable]))), name).toEqual([])
    }
  })
})

describe('an image', () => {
  test("that is the vendor's runner is refused with the mend, and one of the same name in another registry is not", async () => {
    const minimum = vendorCase('minimum-simple')
    const withImage = (repository: string): VendorCase => ({ ...minimum, set: [`image.repository=${repository}`] })
    await expect(rendered(withImage('118146679784.dkr.ecr.eu-west-1.amazonaws.com/hybrid-ingestion-runner'))).rejects.toThrow(
      'Take image.repository, image.tag and image.pullPolicy out of your values',
    )
    await expect(rendered(withImage('123456789012.dkr.ecr.eu-west-1.amazonaws.com/hybrid-ingestion-runner'))).resolves.toBeDefined()
  })
})
