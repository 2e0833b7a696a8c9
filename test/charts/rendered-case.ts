import { CHART_FOLDER } from './release.ts'
import { helmTemplate, withFiles } from './render.ts'
import { type VendorCase, vendorCase } from './vendor-case.ts'

export interface Variable {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } }
}

export interface RenderedObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations?: Readonly<Record<string, string>> }
  readonly data?: Readonly<Record<string, string>>
  readonly stringData?: Readonly<Record<string, string>>
  readonly spec?: { readonly template?: { readonly spec: { readonly containers: readonly { readonly name: string; readonly env: readonly Variable[] }[] } } }
}

const known = new Map<string, Promise<RenderedObject[]>>()

/** What the real Helm makes of the values; each is rendered once. */
export async function rendered(one: VendorCase): Promise<RenderedObject[]> {
  const key = `${one.name} ${one.set.join(' ')}`
  const objects = known.get(key) ?? render(one)
  known.set(key, objects)
  return objects
}

/** The files go to Helm as they stand. */
async function render(one: VendorCase): Promise<RenderedObject[]> {
  return withValues(one, async (args) => (await helmTemplate(4, CHART_FOLDER, one.release, 'argo-workflows', args)) as RenderedObject[])
}

/** Has the files of a case written, and gives Helm's arguments that name them. */
export async function withValues<T>({ over, values, set }: VendorCase, work: (args: readonly string[]) => Promise<T>): Promise<T> {
  const files = [...(over === undefined ? [] : [vendorCase(over).values]), values]
  return withFiles(Object.fromEntries(files.map((text, index) => [`${index}.yaml`, text])), async (folder) => {
    return work([...files.flatMap((_, index) => ['--values', `${folder}/${index}.yaml`]), ...set.flatMap((one) => ['--set', one])])
  })
}

export function runnerOf(objects: readonly RenderedObject[]) {
  const pods = objects.filter(({ kind }) => kind === 'Deployment').map(({ spec }) => spec?.template?.spec)
  const pod = pods.find((spec) => spec?.containers.some(({ name }) => name === 'hybrid-ingestion-runner'))
  const container = pod?.containers.find(({ name }) => name === 'hybrid-ingestion-runner')
  if (pod === undefined || container === undefined) throw new Error('there is no runner')
  return { pod, container }
}
