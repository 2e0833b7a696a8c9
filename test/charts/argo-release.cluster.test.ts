/** Releases under Argo: with the chart's own controller, and with one that is there already. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildPrograms } from '../cluster/build-cache.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { consoleProgress } from '../cluster/progress.ts'
import { ARGO_PROGRAMS } from '../cluster/versions.ts'
import { type Place, SERVER_VERSION } from '../scenario/place.ts'
import { loadIngestionImage } from '../ingestion-image/image.ts'
import { ARGO_VALUES, loadArgoImages } from './argo-images.ts'
import { expectWholeLife } from './release-life.ts'
import type { Values } from './release.ts'
import { openReleasePlace, releasedAt, untilOnly } from './released.ts'

/** Whole lives of releases take a minute each on a busy machine: those whose parts other tests show as well run when nothing is left out. */
const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'

/** The clock of Argo and an upgrade are real minutes more. */
const LIFE = { firing: IS_ALL ? 'clock' : 'none', isUpgraded: IS_ALL } as const

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const OF_ARGO = { '/apis/argoproj.io/v1alpha1': ['workflows', 'cronworkflows', 'workflowtaskresults'] }

/** The values of the release, with more about its ingestion pods: in each of the two ways that there are to give their programs no token. */
function withPods({ config, ...values }: Values, more: object): Values {
  const { ingestionPods, ...rest } = config as { readonly ingestionPods: object }
  return { ...values, config: { ...rest, ingestionPods: { ...ingestionPods, ...more } } }
}

async function argoDefinitions({ cluster }: Place): Promise<string[]> {
  const { items } = (await callJson(cluster.api, { method: 'GET', path: CRDS })) as { items: readonly { readonly metadata: { readonly name: string } }[] }
  return items.map(({ metadata }) => metadata.name).filter((name) => name.endsWith('.argoproj.io'))
}

describe('with the controller that the chart installs', () => {
  let place: Place
  beforeAll(async () => {
    await buildPrograms(ARGO_PROGRAMS, consoleProgress(process.stderr))
    // The definitions are the cluster's, and other tests count on a cluster without them.
    place = await openReleasePlace({ executor: 'argo', namespacePrefix: 'argo-own', cluster: { name: 'argo-own', argo: false } })
    await loadArgoImages(place.cluster)
    expect(await argoDefinitions(place)).toEqual([])
  })
  afterAll(async () => {
    await place?.collate.stop()
    await place?.cluster.stop()
  })

  test('a release has its whole life, and leaves the definitions and a lease of the controller', async () => {
    const released = await releasedAt(place, { agentId: 'argo-own' })
    await expectWholeLife({ ...released, values: { ...withPods(released.values, { automountSAToken: 'false' }), ...ARGO_VALUES } }, LIFE)
    await untilOnly(place, place.namespace, ['leases/workflow-controller'], OF_ARGO)
    expect(await argoDefinitions(place)).toHaveLength(8)
  })
})

describe.runIf(IS_ALL)('with an Argo that is there already', () => {
  let place: Place
  beforeAll(async () => {
    place = await openReleasePlace({ executor: 'argo', namespacePrefix: 'argo-existing' })
    await loadIngestionImage(place.cluster, [`om-${SERVER_VERSION}-cl-${SERVER_VERSION}`])
  })
  afterAll(async () => place?.stop())

  test('a release has its whole life, and leaves nothing', async () => {
    const released = await releasedAt(place, { agentId: 'argo-existing' })
    const values = withPods(released.values, { serviceAccount: { create: true, name: 'ingestion', automount: false } })
    const config = { ...(values['config'] as object), argoWorkflows: { endpoint: 'http://argo-server.argo:2746' } }
    await expectWholeLife({ ...released, values: { ...values, config } }, LIFE)
    await untilOnly(place, place.namespace, [], OF_ARGO)
  })
})
