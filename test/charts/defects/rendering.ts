import { stringify, parse } from 'yaml'
import type { Json } from '../../../constructs/expression/expression.ts'
import { mergedValues } from '../../../constructs/values/merged-values.ts'
import { plainObjects } from '../../../constructs/yaml/plain-objects.ts'

interface Container {
  readonly name: string
  readonly image: string
  readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[]
  readonly [key: string]: unknown
}

interface PodSpec {
  readonly containers: readonly Container[]
  readonly volumes?: readonly { readonly name: string }[]
  readonly [key: string]: unknown
}

interface PodTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> }
  readonly spec: PodSpec
}

export interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

export interface RenderedObject {
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly spec?: Readonly<Record<string, unknown>>
  readonly rules?: readonly Rule[]
  readonly subjects?: readonly { readonly name: string; readonly namespace?: string }[]
  readonly data?: Readonly<Record<string, string>>
  readonly stringData?: Readonly<Record<string, string>>
  readonly type?: string
}

/** All objects of a release, with the ways to look into them that the tables use. */
export interface Rendering {
  readonly objects: readonly RenderedObject[]
  of(kind: string): readonly RenderedObject[]
  /** The one of this kind and name. */
  one(kind: string, name: string): RenderedObject
  readonly runner: PodTemplate
  readonly container: Container
  /** Of the runner's container: texts by name. */
  readonly environment: ReadonlyMap<string, string | undefined>
  /** Of every pod that the chart makes, whatever makes it. */
  readonly pods: readonly PodTemplate[]
  /** What the chart tells of the values. */
  readonly warnings: string
}

export const NAME = 'collate-prod-hybrid-ingestion-runner'
const RELEASE = { name: 'collate-prod', namespace: 'argo-workflows', version: '1.2.3' }
const NEEDED: Json = {
  config: { agentId: 'aws-prod', authToken: 'a-token', serverHost: 'acme.getcollate.io' },
  ecrRegistryHelper: { collateCredentials: { values: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'an-aws-key' } } },
}

export function render(values: Json, name = RELEASE.name): Rendering {
  const made = plainObjects(mergedValues(NEEDED, values), { ...RELEASE, name })
  // Through YAML, as they reach the cluster: a key that stands twice is an error there.
  const objects = made.map((object) => parse(stringify(object)) as RenderedObject)
  const of = (kind: string): RenderedObject[] => objects.filter((object) => object.kind === kind)
  const one = (kind: string, wanted: string): RenderedObject => {
    const found = of(kind).find(({ metadata }) => metadata.name === wanted)
    if (found === undefined) throw new Error(`there is no ${kind} ${wanted}`)
    return found
  }
  const runner = one('Deployment', `${name}-hybrid-ingestion-runner`).spec?.['template'] as PodTemplate
  const [container] = runner.spec.containers
  if (container === undefined) throw new Error('the runner has no container')
  const environment = new Map(container.env.map((variable) => [variable.name, variable.value]))
  return { objects, of, one, runner, container, environment, pods: objects.flatMap(podOf), warnings: environment.get('VALUES_WARNINGS') ?? '' }
}

function podOf(object: RenderedObject): PodTemplate[] {
  if (object.kind === 'Pod') return [{ metadata: object.metadata, spec: object.spec as PodSpec }]
  if (object.kind === 'CronJob' && object.spec !== undefined)
    return [(object.spec['jobTemplate'] as { readonly spec: { readonly template: PodTemplate } }).spec.template]
  return object.kind === 'Deployment' || object.kind === 'Job' ? [object.spec?.['template'] as PodTemplate] : []
}
