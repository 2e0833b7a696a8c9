import type { Cluster } from '../cluster/cluster.ts'

/** An object of the chart, as far as finding its place goes. */
export interface ChartObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown }
  readonly spec?: { readonly template?: PodTemplate; readonly jobTemplate?: { readonly spec: { readonly template: PodTemplate } } }
}

interface PodTemplate {
  readonly metadata?: object
  readonly spec: object
}

const IRREGULAR: Readonly<Record<string, string>> = { NetworkPolicy: 'networkpolicies' }

/** What the API server says against an object: why it refuses it, and what it warns of. Nothing is written. */
export async function objectionsTo(cluster: Cluster, namespace: string, object: ChartObject): Promise<string[]> {
  const { apiVersion, kind, metadata } = object
  const resource = IRREGULAR[kind] ?? `${kind.toLowerCase()}s`
  const place = kind === 'CustomResourceDefinition' ? '' : `/namespaces/${namespace}`
  const path = `${apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`}${place}/${resource}/${metadata.name}`
  const body = kind === 'CustomResourceDefinition' ? object : { ...object, metadata: { ...metadata, namespace } }
  // Applied, and not created: definitions of resources may be there already.
  const answer = await cluster.api({
    method: 'PATCH',
    path: `${path}?dryRun=All&fieldValidation=Strict&fieldManager=test&force=true`,
    body,
    contentType: 'application/apply-patch+yaml',
  })
  const refusals = answer.status < 300 ? [] : [`${answer.status} ${answer.body}`]
  return [...refusals, ...answer.warnings].map((words) => `${kind} ${metadata.name}: ${words}`)
}

/** The pods that an object will have made: Pod Security refuses pods, and of what makes them it only warns. */
export function podsOf({ metadata, spec }: ChartObject): ChartObject[] {
  const template = spec?.template ?? spec?.jobTemplate?.spec.template
  if (template === undefined) return []
  return [{ apiVersion: 'v1', kind: 'Pod', metadata: { ...template.metadata, name: metadata.name }, spec: template.spec }]
}
