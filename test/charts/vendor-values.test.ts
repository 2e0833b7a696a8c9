import { describe, expect, test } from 'vitest'
import { CHART_FOLDER } from './release.ts'
import { helmTemplate, withFiles } from './render.ts'
import { type ExpectedValue, type VendorCase, vendorCase, vendorCases } from './vendor-case.ts'
import { vendorEnvironment, VENDORS_NAMES } from './vendor-environment.ts'

interface Variable {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } }
}

interface KubernetesObject {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations?: Readonly<Record<string, string>> }
  readonly data?: Readonly<Record<string, string>>
  readonly stringData?: Readonly<Record<string, string>>
  readonly spec?: { readonly template?: { readonly spec: { readonly containers: readonly { readonly name: string; readonly env: readonly Variable[] }[] } } }
}

const known = new Map<string, Promise<KubernetesObject[]>>()

/** What the real Helm makes of the values; each is rendered once. */
async function rendered(one: VendorCase): Promise<KubernetesObject[]> {
  const key = `${one.name} ${one.set.join(' ')}`
  const objects = known.get(key) ?? render(one)
  known.set(key, objects)
  return objects
}

/** The files go to Helm as they stand. */
async function render({ over, values, release, set }: VendorCase): Promise<KubernetesObject[]> {
  const files = [...(over === undefined ? [] : [vendorCase(over).values]), values]
  return withFiles(Object.fromEntries(files.map((text, index) => [`${index}.yaml`, text])), async (folder) => {
    const args = [...files.flatMap((_, index) => ['--values', `${folder}/${index}.yaml`]), ...set.flatMap((one) => ['--set', one])]
    return (await helmTemplate(4, CHART_FOLDER, release, 'argo-workflows', args)) as KubernetesObject[]
  })
}

function runnerOf(objects: readonly KubernetesObject[]) {
  const pods = objects.filter(({ kind }) => kind === 'Deployment').map(({ spec }) => spec?.template?.spec)
  const pod = pods.find((spec) => spec?.containers.some(({ name }) => name === 'hybrid-ingestion-runner'))
  const container = pod?.containers.find(({ name }) => name === 'hybrid-ingestion-runner')
  if (pod === undefined || container === undefined) throw new Error('there is no runner')
  return { pod, container }
}

/** A token that the values give lies in a Secret: the variable names it, and the Secret says the same. */
function expectVariable(variable: Variable | undefined, expected: ExpectedValue, objects: readonly KubernetesObject[]): void {
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
  return (environment.get('VALUES_WARNINGS')?.value ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('config.authToken is given'))
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
    for (const beginning of one.warnings ?? []) expect(told.some((line) => line.startsWith(beginning)), `${beginning}\n${told.join('\n')}`).toBe(true)
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
