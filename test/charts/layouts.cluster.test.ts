/** The places that a release may have: beside another one, with the pods elsewhere, under accounts of the operator's, and on OpenShift. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callJson } from '../cluster/kubernetes-api.ts'
import { createNamespace, type TestNamespace } from '../cluster/namespaces.ts'
import { openPlace, type KubernetesObject, type Place } from '../scenario/place.ts'
import { accepted } from '../scenario/run-story.ts'
import { deploy, scheduledPipeline, untilCron } from '../scenario/schedule-story.ts'
import { untilSettled } from '../scenario/settled.ts'
import { openReleasePlace, objectsIn, releasedAt, runnerPods, untilAnswered, untilOnly } from './released.ts'

/** Whole lives of releases take a minute each on a busy machine: those whose parts other tests show as well run when nothing is left out. */
const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'

const RESTRICTED = { 'pod-security.kubernetes.io/enforce': 'restricted' }

let place: Place
beforeAll(async () => {
  place = await openReleasePlace({ namespacePrefix: 'layouts' })
})
afterAll(async () => place?.stop())

/** The release with the accounts' names of its own, so that two may stand side by side. */
const withIngestion = (values: object, more: object): Record<string, unknown> => {
  const config = (values as { config: Record<string, object> }).config
  return { ...values, config: { ...config, ingestionPods: { ...config['ingestionPods'], ...more } } }
}

test.runIf(IS_ALL)('two releases stand side by side in one namespace, and one goes without harm to the other', async () => {
  const [one, two] = [await releasedAt(place, { agentId: 'one', name: 'one' }), await releasedAt(place, { agentId: 'two', name: 'two' })]
  const ofTwo = withIngestion(two.values, { serviceAccount: { name: 'ingestion-two' } })
  await Promise.all([one.release.install(one.values), two.release.install(ofTwo)])
  for (const { scenario } of [one, two]) await scenario.collate.waitForRunner(scenario.agentId, 'Active')
  const nightly = scheduledPipeline(two.scenario)
  await deploy(nightly, { schedule: '0 2 * * *' })
  const { metadata } = await untilCron(nightly)
  const gate = await place.gate()
  const runs = [await accepted(one.scenario), await accepted(two.scenario, { waitAt: gate.url })]
  await one.release.uninstall()
  gate.open()

  expect(await untilSettled(two.scenario, runs[1]?.runId ?? '')).toMatchObject({ state: 'success' })
  const after = await accepted(two.scenario)
  expect(await untilSettled(two.scenario, after.runId)).toMatchObject({ state: 'success' })
  expect((await untilCron(nightly)).metadata.uid).toBe(metadata.uid)
  await two.release.uninstall()
  await untilOnly(place, place.namespace)
})

describe('with the pods in a namespace of their own and accounts that the operator brings', () => {
  let own: TestNamespace
  beforeAll(async () => {
    own = await createNamespace(place.cluster, 'layouts-runner', RESTRICTED)
    await account(own.name, 'brought-runner')
    await account(place.namespace, 'brought-pods')
  })
  afterAll(async () => own?.delete())

  test('runs, and leaves the accounts alone when it goes', async () => {
    const { scenario, release, values } = await releasedAt(place, { agentId: 'apart', namespace: own.name })
    const brought = { ...values, serviceAccount: { create: false, name: 'brought-runner' } }
    await release.install(withIngestion(brought, { namespace: place.namespace, serviceAccount: { create: false, name: 'brought-pods' } }))
    await scenario.collate.waitForRunner(scenario.agentId, 'Active')
    const { runId } = await accepted(scenario)
    expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
    const pod = (await scenario.pods())[0]
    expect(pod?.spec).toMatchObject({ serviceAccountName: 'brought-pods' })
    expect((await objectsIn(place, own.name)).filter((object) => object.startsWith('roles/'))).toEqual([])

    expect(await release.helm('test', '--logs')).toContain('Succeeded')
    await release.uninstall()
    await untilOnly(place, own.name, ['serviceaccounts/brought-runner'])
    await untilOnly(place, place.namespace, ['serviceaccounts/brought-pods'])
    for (const [namespace, name] of [
      [own.name, 'brought-runner'],
      [place.namespace, 'brought-pods'],
    ] as const)
      expect(await callJson(place.cluster.api, { method: 'GET', path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}` })).toBeDefined()
  })
})

describe.runIf(IS_ALL)('on OpenShift', () => {
  let openshift: Place
  beforeAll(async () => {
    openshift = await openPlace({ namespacePrefix: 'openshift', isForRelease: true })
  })
  afterAll(async () => openshift?.stop())

  test('names no ids, and runs under those that the namespace gives', async () => {
    const { scenario, release, values } = await releasedAt(openshift, { agentId: 'shifted' })
    await release.install({ ...values, openshift: { enabled: true } })
    await scenario.collate.waitForRunner(scenario.agentId, 'Active')
    const ids = /"(runAsUser|runAsGroup|fsGroup)"/
    expect(JSON.stringify((await runnerPods(release, openshift)).map(({ spec }) => spec))).not.toMatch(ids)

    // What OpenShift's admission does to every pod of the namespace.
    const given = { runAsUser: 1_000_650_000, runAsGroup: 0, fsGroup: 1_000_650_000 }
    const path = `/apis/apps/v1/namespaces/${openshift.namespace}/deployments/${release.name}-hybrid-ingestion-runner`
    await callJson(openshift.cluster.api, {
      method: 'PATCH',
      path,
      contentType: 'application/merge-patch+json',
      body: { spec: { template: { spec: { securityContext: given } } } },
    })
    const { runId } = (await untilAccepted(scenario)) as { readonly runId: string }
    expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
    expect(JSON.stringify((await scenario.pods()).map(({ spec }: KubernetesObject) => spec))).not.toMatch(ids)
    await release.uninstall()
    await untilOnly(openshift, openshift.namespace)

    /** Sent to the runner that has come under the new ids. */
    async function untilAccepted({ collate, agentId }: typeof scenario): Promise<object> {
      const isUnder = async (): Promise<true | undefined> => {
        const pods = await runnerPods(release, openshift)
        return pods.length === 1 && JSON.stringify(pods[0]?.spec).includes(String(given.runAsUser)) ? true : undefined
      }
      await untilAnswered(async () => {
        if ((await isUnder()) !== true) throw new Error('the old runner is still there')
        return collate.call('service/status', { runner: agentId }, { agentId })
      })
      return accepted(scenario)
    }
  })
})

async function account(namespace: string, name: string): Promise<void> {
  await callJson(place.cluster.api, {
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts`,
    body: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } },
  })
}
