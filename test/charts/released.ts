import { callJson } from '../cluster/kubernetes-api.ts'
import { waitFor } from '../cluster/waiting.ts'
import type { RpcAnswer } from '../collate/link-frame.ts'
import { loadRunnerImage } from '../image/runner-image.ts'
import { type KubernetesObject, openPlace, type Place, type PlaceOptions } from '../scenario/place.ts'
import { prepareScenario, type Scenario } from '../scenario/scenario.ts'
import { type Release, type ReleaseOptions, releaseIn, releaseValues, type Values } from './release.ts'

/** A release of the chart in a namespace of a real cluster, and the scenario that its runner plays in. */
export interface Released {
  readonly scenario: Scenario
  readonly release: Release
  /** Values that bind the release to this place. */
  readonly values: Values
}

export interface ReleasedOptions extends ReleaseOptions {
  readonly agentId: string
  /** Namespace of the release; that of the place is the ingestion pods'. */
  readonly namespace?: string
}

/** A place with the runner's image on its node. */
export async function openReleasePlace(options: PlaceOptions): Promise<Place> {
  const place = await openPlace({ ...options, isForRelease: true })
  await loadRunnerImage(place.cluster)
  return place
}

/** A release that is not installed yet. Several may share a place. */
export async function releasedAt(place: Place, { agentId, namespace = place.namespace, ...options }: ReleasedOptions): Promise<Released> {
  const scenario = await prepareScenario({ place, agentId })
  const release = await releaseIn(place.cluster, namespace, options)
  return { scenario, release, values: releaseValues(place.cluster, place.collate, agentId) }
}

/** Kinds of which nothing may be left of a release, by their root in the API. */
const KINDS = {
  '/api/v1': ['pods', 'configmaps', 'secrets', 'services', 'serviceaccounts'],
  '/apis/apps/v1': ['deployments', 'replicasets'],
  '/apis/batch/v1': ['jobs', 'cronjobs'],
  '/apis/coordination.k8s.io/v1': ['leases'],
  '/apis/policy/v1': ['poddisruptionbudgets'],
  '/apis/networking.k8s.io/v1': ['networkpolicies'],
  '/apis/rbac.authorization.k8s.io/v1': ['roles', 'rolebindings'],
} as const

/** Everybody finds these in a new namespace. */
const OF_KUBERNETES = ['configmaps/kube-root-ca.crt', 'serviceaccounts/default']

/** `kind/name` of all that stands in a namespace and that Kubernetes did not put there. */
export async function objectsIn(
  { cluster }: Pick<Place, 'cluster'>,
  namespace: string,
  more: Readonly<Record<string, readonly string[]>> = {},
): Promise<string[]> {
  const wanted = Object.entries({ ...KINDS, ...more }).flatMap(([root, kinds]) => kinds.map((kind) => ({ root, kind })))
  const found = await Promise.all(
    wanted.map(async ({ root, kind }) => {
      const { items } = (await callJson(cluster.api, { method: 'GET', path: `${root}/namespaces/${namespace}/${kind}` })) as {
        items: readonly { readonly metadata: { readonly name: string } }[]
      }
      return items.map(({ metadata }) => `${kind}/${metadata.name}`)
    }),
  )
  return found.flat().filter((name) => !OF_KUBERNETES.includes(name))
}

/** Waits until nothing but `rest` stands in the namespace: what Helm has deleted may still be ending. */
export async function untilOnly(
  place: Pick<Place, 'cluster'>,
  namespace: string,
  rest: readonly string[] = [],
  more: Readonly<Record<string, readonly string[]>> = {},
): Promise<void> {
  const probe = async (): Promise<true | undefined> => {
    const left = (await objectsIn(place, namespace, more)).filter((name) => !rest.includes(name))
    if (left.length > 0) throw new Error(`still there: ${left.join(', ')}`)
    return true
  }
  await waitFor(probe, { what: `the end of everything in ${namespace}`, everyMs: 500 })
}

/** The pods of the release's Deployment. */
export async function runnerPods({ name, namespace }: Release, { cluster }: Pick<Place, 'cluster'>): Promise<readonly KubernetesObject[]> {
  const selector = encodeURIComponent(`app.kubernetes.io/instance=${name},app.kubernetes.io/component=runner`)
  return (await callJson(cluster.api, { method: 'GET', path: `/api/v1/namespaces/${namespace}/pods?labelSelector=${selector}` }))[
    'items'
  ] as readonly KubernetesObject[]
}

/** Sends a request as Collate does: again, while no runner is linked or the one that is cannot answer now. */
export async function untilAnswered(send: () => Promise<RpcAnswer>): Promise<RpcAnswer> {
  const probe = async (): Promise<RpcAnswer> => {
    const answer = await send()
    if ('result' in answer && (answer.result as { readonly code?: number }).code === 503) throw new Error(JSON.stringify(answer))
    return answer
  }
  return waitFor(probe, { what: 'an answer of the runner' })
}
