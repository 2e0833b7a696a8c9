/** What the init container `secrets` makes of a run: its references in real Secrets, the end at Collate. */
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callJson } from '../cluster/kubernetes-api.ts'
import { RESTRICTED_CONTAINER } from '../cluster/pods.ts'
import { openPlace, type Place } from './place.ts'
import { accepted, failureIn, historyOf } from './run-story.ts'
import { deployParams, ONCE_A_YEAR, scheduledPipeline, startJob } from './schedule-story.ts'
import { type Scenario, startScenario } from './scenario.ts'
import { podOf, recordOf, untilSettled } from './settled.ts'
import { checkEnvironment, connectionWith, EXPECTING_VALUE, hasRun, prepareSecrets, reportIn, startWith, STORED } from './secrets-story.ts'

const MODES = ['report', 'enforce', 'resolve'] as const
const MISSING = 'secret:not-there'

let place: Place
/** Its store is a port that nobody listens to. */
const NO_STORE = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'nobody', AWS_SECRET_ACCESS_KEY: 'nothing' }
let down: Scenario
let scenarios: Readonly<Record<(typeof MODES)[number], Scenario>>

beforeAll(async () => {
  place = await openPlace({ namespacePrefix: 'secrets-check' })
  await prepareSecrets(place)
  const started = await Promise.all(
    MODES.map(async (mode) => [mode, await startScenario({ place, agentId: `runner-${mode}`, environment: checkEnvironment(mode) })] as const),
  )
  scenarios = Object.fromEntries(started) as unknown as typeof scenarios
  const environment = { ...checkEnvironment('enforce'), SECRETS_MANAGER: 'managed-aws', INGESTION_EXTRA_ENVS: JSON.stringify(NO_STORE) }
  down = await startScenario({ place, agentId: 'runner-down', environment })
})
afterAll(async () => {
  await down?.stop()
  await Promise.all(Object.values(scenarios ?? {}).map(async (scenario) => scenario.stop()))
  await place?.stop()
})

async function toldOf(scenario: Scenario, runId: string): Promise<string> {
  const [last] = (await scenario.collate.history({ runId })).toReversed()
  return failureIn(last?.status ?? null)?.error ?? ''
}

async function explained({ kubeconfig, environment, place: { program } }: Scenario, runId: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, 'explain', runId], {
    env: { ...process.env, ...environment, KUBECONFIG: kubeconfig },
  })
  return stdout
}

describe.concurrent('where references are reported on', () => {
  test('a run whose secret is missing and that fails says so beside its own failure: at Collate, in the log, and to who asks', async () => {
    const { report } = scenarios
    const runId = await startWith(report, MISSING, { exitCode: 1 })
    const end = await untilSettled(report, runId)
    expect(end).toMatchObject({ state: 'failed', failureClass: 'ExitCode', message: expect.stringContaining('"secret:not-there" in Kubernetes (missing)') })
    expect(await toldOf(report, runId)).toMatch(/exit code 1[^]*secret:not-there[^]*Create the secrets/)
    expect(await explained(report, runId)).toMatch(/ExitCode\/secret[^]*secret:not-there/)
    expect(report.runner().output).toContain('secret:not-there')
  })

  test('a failure that the pod has told itself is told with it, too, and its state stays', async () => {
    const { report } = scenarios
    const runId = await startWith(report, MISSING, { exitCode: 1, end: 'failed' })
    await untilSettled(report, runId)
    expect(await historyOf(report, runId)).toEqual(['running by bot', 'failed by bot', 'failed by runner'])
    expect(await toldOf(report, runId)).toContain('secret:not-there')
  })

  test('a run that ends well is not marked, whether its secret was there or not', async () => {
    const { report } = scenarios
    for (const reference of [STORED.reference, MISSING]) {
      const runId = await startWith(report, reference)
      expect(await untilSettled(report, runId)).toMatchObject({ state: 'success', message: '' })
      expect(await historyOf(report, runId)).toEqual(['running by bot', 'success by bot'])
      expect((reportIn(await podOf(report, runId)) ?? '').includes('not-there')).toBe(reference === MISSING)
    }
  })

  test('a run without references has no init container', async () => {
    const { report } = scenarios
    const { runId } = await accepted(report)
    expect(await untilSettled(report, runId)).toMatchObject({ state: 'success' })
    expect((await podOf(report, runId))?.spec).not.toHaveProperty('initContainers')
  })
})

describe.concurrent('where references are enforced', () => {
  test('a run does not start without its secret, and its failure names it', async () => {
    const { enforce } = scenarios
    const runId = await startWith(enforce, MISSING)
    expect(await untilSettled(enforce, runId)).toMatchObject({ state: 'failed', failureClass: 'SecretUnreadable' })
    expect(hasRun(await podOf(enforce, runId))).toBe(false)
    expect(await historyOf(enforce, runId)).toEqual(['failed by runner'])
    expect(await toldOf(enforce, runId)).toMatch(/secret:not-there[^]*docs\/failures.md#secretunreadable/)
    expect(await explained(enforce, runId)).toContain('SecretUnreadable/missing')
  })

  test('a run with its secret starts, and so does one that needs none', async () => {
    const { enforce } = scenarios
    const [withSecret, { runId: without }] = [await startWith(enforce, STORED.reference), await accepted(enforce)]
    for (const runId of [withSecret, without]) expect(await untilSettled(enforce, runId)).toMatchObject({ state: 'success' })
  })
})

describe.concurrent('a schedule whose pipeline holds references', () => {
  test.each([
    { reference: STORED.reference, end: { state: 'success' as const } },
    { reference: MISSING, end: { state: 'failed' as const, failureClass: 'SecretUnreadable' } },
  ])('has them looked at anew in each run: $reference', async ({ reference, end }) => {
    const { enforce } = scenarios
    const pipeline = scheduledPipeline(enforce)
    const params = deployParams(pipeline, { schedule: ONCE_A_YEAR })
    const service = { ...params.service, connection: connectionWith(reference) }
    expect(await enforce.collate.call('pipeline/deploy', { ...params, service }, { agentId: enforce.agentId })).toMatchObject({ result: { code: 200 } })
    const { name, uid } = await startJob(pipeline)
    // Before the runner has seen the Job there is nothing of the run, as after its end.
    await enforce.collate.waitForStatus({ runId: uid, state: end.state })
    expect(await untilSettled(enforce, uid)).toMatchObject(end)
    const pod = (await place.list('pods')).find(({ metadata }) => metadata.labels?.['batch.kubernetes.io/job-name'] === name)
    expect([reportIn(pod)?.includes('not-there'), hasRun(pod)]).toEqual([reference === MISSING, reference !== MISSING])
  })
})

describe.concurrent('where the store is down', () => {
  test('a run that needs a secret is told why it did not start, and one that needs none goes on', async () => {
    const [needing, { runId: going }] = [await startWith(down, STORED.reference), await accepted(down)]
    expect(await untilSettled(down, going)).toMatchObject({ state: 'success' })
    expect(await untilSettled(down, needing)).toMatchObject({ state: 'failed', failureClass: 'SecretUnreadable' })
    expect(await toldOf(down, needing)).toMatch(/"secret:prod-mysql" in AWS Secrets Manager \(unreachable\)[^]*#secretunreadable/)
  })
})

describe('in a pod of many containers, of whose last words the kubelet keeps a part each', () => {
  test('a run that does not start is told as that, with as many secrets as came through and the number of the others', { timeout: 120_000 }, async () => {
    const file = join(place.cluster.folder, `many-${place.namespace}.yaml`)
    const { RUNNER_IMAGE: image = '', ...environment } = checkEnvironment('enforce')
    const initContainers = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({ name, image, args: ['--version'], securityContext: RESTRICTED_CONTAINER }))
    await writeFile(file, JSON.stringify({ podSpecPatch: { initContainers } }))
    const own = { ...environment, RUNNER_IMAGE: image, ARGO_INGESTION_WORKFLOW_SPEC_FILE_PATH: file }
    const scenario = await startScenario({ place, agentId: 'runner-many', environment: own })
    try {
      const options = Array.from({ length: 12 }, (_, index) => `secret:not-there-${index}`)
      const { runId } = await accepted(scenario, {}, { connection: { config: { type: 'Mysql', options } } })
      expect(await untilSettled(scenario, runId, 90_000)).toMatchObject({ state: 'failed', failureClass: 'SecretUnreadable' })
      const report = reportIn(await podOf(scenario, runId)) ?? ''
      expect(report.length).toBeLessThan(2_000)
      expect(() => JSON.parse(report) as unknown, report).toThrow(SyntaxError)
      const told = await toldOf(scenario, runId)
      const named = options.filter((reference) => told.includes(JSON.stringify(reference)))
      expect(named.length).toBeGreaterThan(1)
      expect(told).toContain(`and ${options.length - named.length} more, which the log of the container secrets names`)
    } finally {
      await scenario.stop()
    }
  })
})

describe('where the region comes by envFrom', () => {
  const { AWS_REGION: region, ...noRegion } = NO_STORE

  test.each([
    { name: 'AWS_DEFAULT_REGION', told: /"secret:prod-mysql" in AWS Secrets Manager \(unreachable\): AWS in eu-west-1 does not answer/ },
    // The program does not look at it, and nobody sees it before the kubelet does.
    { name: 'AWS_REGION', told: /\(no-credentials\): no region is known [^]*set AWS_DEFAULT_REGION in config\.ingestionPods\.extraEnvs/ },
  ])('by the name $name, a run is told of the store as its program would find it', async ({ name, told }) => {
    const configMap = name.toLowerCase().replaceAll('_', '-')
    const path = `/api/v1/namespaces/${place.namespace}/configmaps`
    await callJson(place.cluster.api, { method: 'POST', path, body: { metadata: { name: configMap }, data: { [name]: region } } })
    const file = join(place.cluster.folder, `${configMap}-${place.namespace}.yaml`)
    await writeFile(file, JSON.stringify({ envFrom: [{ configMapRef: { name: configMap } }] }))
    const environment = {
      ...checkEnvironment('enforce'),
      SECRETS_MANAGER: 'managed-aws',
      INGESTION_EXTRA_ENVS: JSON.stringify(noRegion),
      ARGO_INGESTION_CONTAINER_SPEC_FILE_PATH: file,
    }
    const scenario = await startScenario({ place, agentId: configMap, environment })
    try {
      const runId = await startWith(scenario, STORED.reference)
      await untilSettled(scenario, runId)
      expect(await toldOf(scenario, runId)).toMatch(told)
    } finally {
      await scenario.stop()
    }
  })
})

describe.concurrent('where references are resolved', () => {
  test('the program finds the value in the place of its reference, and nobody else does', async () => {
    const { resolve } = scenarios
    const runId = await startWith(resolve, STORED.reference, EXPECTING_VALUE)
    expect(await untilSettled(resolve, runId)).toMatchObject({ state: 'success' })
    const objects = [await podOf(resolve, runId), await recordOf(resolve, runId), await place.list('events'), await resolve.collate.history({ runId })]
    const texts = [resolve.runner().output, ...objects.map((object) => JSON.stringify(object))]
    expect(texts.filter((text) => text.includes(STORED.value) || text.includes(JSON.stringify(STORED.value).slice(1, -1)))).toEqual([])
  })

  test('so does the program of a payload that is too large for the environment', async () => {
    const runId = await startWith(scenarios.resolve, STORED.reference, { ...EXPECTING_VALUE, padding: 'x'.repeat(150_000) })
    expect(await untilSettled(scenarios.resolve, runId)).toMatchObject({ state: 'success' })
    const [{ volumeMounts = [] } = {}] = ((await podOf(scenarios.resolve, runId))?.spec?.['initContainers'] ?? []) as readonly {
      volumeMounts?: { name: string }[]
    }[]
    expect(volumeMounts.map(({ name }) => name)).toEqual(expect.arrayContaining(['payload', 'resolved-payload']))
  })

  test('the same program fails where the reference is left in its place', async () => {
    const runId = await startWith(scenarios.report, STORED.reference, EXPECTING_VALUE)
    expect(await untilSettled(scenarios.report, runId)).toMatchObject({ state: 'failed', failureClass: 'ExitCode' })
  })

  test('a run whose secret is missing does not start', async () => {
    const { resolve } = scenarios
    const runId = await startWith(resolve, MISSING, EXPECTING_VALUE)
    expect(await untilSettled(resolve, runId)).toMatchObject({ state: 'failed', failureClass: 'SecretUnreadable' })
    expect(hasRun(await podOf(resolve, runId))).toBe(false)
  })
})
