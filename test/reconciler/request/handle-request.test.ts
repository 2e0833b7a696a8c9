import type { V1OwnerReference } from '@kubernetes/client-node'
import { beforeEach, describe, expect, test } from 'vitest'
import { ClusterError } from '../../../reconciler/cluster/cluster-error.ts'
import { InvalidRequest } from '../../../reconciler/request/answer.ts'
import { handleRequest } from '../../../reconciler/request/handle-request.ts'
import { aMetadataRun, RUN_ID, type RunRequestExample, withPipeline } from '../../compiler/examples/run-request.ts'
import { NOW_MS } from '../../compiler/examples/run.ts'
import { aPodOf } from '../../support/a-pod.ts'
import { anEndedRecord, aRecord, storedAs } from '../../support/a-record.ts'
import { aRunner, aWorld, RECORD_TTL_MS, type TestRunner, type World } from '../../support/a-runner.ts'
import { recordIn, RUN_KEY } from '../../support/run-in-world.ts'

let world: World
let runner: TestRunner
beforeEach(() => {
  world = aWorld()
  runner = aRunner(world)
})

const run = async (request: unknown = aMetadataRun(), by = runner) => handleRequest('pipeline/run', request, by.context)
const kill = async (runId = RUN_ID, by = runner) => handleRequest('run/kill', { runner: 'aws-prod', runId }, by.context)
const objects = (): number => world.cluster.all('configmaps').length + world.cluster.all('secrets').length

function withToken(jwtToken: string): RunRequestExample {
  return withPipeline({
    openMetadataServerConnection: { hostPort: 'https://acme.getcollate.io/api', authProvider: 'openmetadata', securityConfig: { jwtToken } },
  })
}

describe('pipeline/run', () => {
  test('is accepted once record and payload stand', async () => {
    expect(await run()).toEqual({ code: 200, reason: 'run accepted by runner aws-prod', platform: 'Hybrid', version: '0.1.0', runId: RUN_ID })
    expect(recordIn(world)?.status).toEqual({ phase: 'Queued', attempt: 1 })
    const [secret] = world.cluster.all('secrets')
    expect(secret).toMatchObject({
      immutable: true,
      metadata: { name: recordIn(world)?.spec.payload.secretName, ownerReferences: [{ uid: recordIn(world)?.uid }] },
    })
  })

  test.each([
    { name: 'by the same runner', successor: false },
    { name: 'by a successor', successor: true },
  ])('that comes again gets the same answer and writes nothing, $name', async ({ successor }) => {
    const first = await run()
    const before = [world.cluster.all('configmaps'), world.cluster.all('secrets')]
    expect(await run(aMetadataRun(), successor ? aRunner(world) : runner)).toEqual(first)
    expect([world.cluster.all('configmaps'), world.cluster.all('secrets')]).toEqual(before)
  })

  test('that comes again with a rotated token keeps the payload that stands', async () => {
    await run()
    const before = world.cluster.all('secrets')
    for (const by of [runner, aRunner(world)]) expect(await run(withToken('another'), by)).toMatchObject({ code: 200 })
    expect(world.cluster.all('secrets')).toEqual(before)
  })

  test('that was cut off before its payload and comes again with a rotated token gets the new payload', async () => {
    world.cluster.failNext('create', 'Unavailable', { kind: 'secrets' })
    expect(await run()).toMatchObject({ code: 503 })
    expect(await run(withToken('another'), aRunner(world))).toMatchObject({ code: 200 })
    const [secret, ...others] = world.cluster.all('secrets')
    expect(others).toEqual([])
    expect(recordIn(world)?.spec.payload.secretName).toBe(secret?.metadata?.name)
    expect(Buffer.from(secret?.data?.['config'] ?? '', 'base64').toString()).toContain('another')
  })

  test('that comes again after its end is told how it ended and starts nothing', async () => {
    world.cluster.put('configmaps', storedAs(anEndedRecord()))
    const reason = expect.stringMatching(/^run accepted by runner aws-prod before; it ended as (success|failed|stopped) at 20\d\d-[-\d:.T]+Z$/)
    expect(await run()).toMatchObject({ code: 200, runId: RUN_ID, reason })
    expect(world.cluster.all('secrets')).toEqual([])
  })

  test('of the same id with another content is refused and changes nothing', async () => {
    await run()
    const before = recordIn(world)
    expect(await run(withPipeline({ loggerLevel: 'DEBUG' }))).toMatchObject({ code: 409, reason: expect.stringMatching(/^runId: .* another request/) })
    expect(recordIn(world)).toEqual(before)
  })

  test('sent several times at once makes one record and one payload', async () => {
    const answers = await Promise.all([run(), run(), run(aMetadataRun(), aRunner(world)), run()])
    expect(answers.map(({ code }) => code)).toEqual([200, 200, 200, 200])
    expect(world.cluster.all('configmaps')).toHaveLength(1)
    expect(world.cluster.all('secrets')).toHaveLength(1)
  })

  test('with another content at once lets one of them win', async () => {
    const answers = await Promise.all([run(), run(withPipeline({ loggerLevel: 'DEBUG' }))])
    expect(answers.map(({ code }) => code).toSorted()).toEqual([200, 409])
    expect(objects()).toBe(2)
  })

  test('for another runner is refused, whatever else it says, and creates nothing', async () => {
    const request = { ...aMetadataRun(), runner: 'saas', ingestionPipeline: 'nonsense' }
    expect(await run(request)).toMatchObject({ code: 409, reason: expect.stringContaining('"saas"') })
    expect(objects()).toBe(0)
  })

  test('that comes too late is refused and creates nothing', async () => {
    expect(await run({ ...aMetadataRun(), notAfter: NOW_MS - 1 })).toMatchObject({ code: 410, reason: expect.stringContaining('notAfter') })
    expect(objects()).toBe(0)
  })

  test('that comes again too late is answered as before', async () => {
    const request = { ...aMetadataRun(), notAfter: NOW_MS + 1_000 }
    const first = await run(request)
    world.clock.nowMs += 2_000
    expect(await run(request)).toEqual(first)
    expect(await run(request, aRunner(world))).toEqual(first)
  })

  test('with wrong fields tells every path and creates nothing', async () => {
    const { runId: _, ...request } = withPipeline({ id: 'x', loggerLevel: 'LOUD' })
    const error: unknown = await run(request).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(InvalidRequest)
    expect((error as InvalidRequest).issues.map(({ path }) => path).toSorted()).toEqual(['ingestionPipeline.id', 'ingestionPipeline.loggerLevel', 'runId'])
    expect(objects()).toBe(0)
  })

  test('whose payload the cluster refuses leaves nothing behind', async () => {
    world.cluster.failNext('create', 'Rejected', { kind: 'secrets', message: 'denied the request' })
    expect(await run()).toMatchObject({ code: 422, reason: expect.stringContaining('denied the request') })
    expect(objects()).toBe(0)
    expect(await run()).toMatchObject({ code: 200 })
  })

  test.each(['configmaps', 'secrets'] as const)('for which there is no room among the %s now is to be tried again, and leaves nothing behind', async (kind) => {
    world.cluster.failNext('create', 'QuotaExceeded', { kind, message: 'exceeded quota: objects' })
    expect(await run()).toMatchObject({ code: 503, reason: expect.stringContaining('exceeded quota: objects') })
    expect(objects()).toBe(0)
    expect(await run()).toMatchObject({ code: 200 })
  })

  test('whose payload is refused while the same request brings it a second time is accepted', async () => {
    const { cluster } = world
    const create = cluster.create.bind(cluster)
    let secrets = 0
    cluster.create = async (kind, ...rest) => {
      if (kind !== 'secrets' || (secrets += 1) > 1) return create(kind, ...rest)
      await cluster.changes.until(() => cluster.all('secrets').length === 1)
      throw new ClusterError('QuotaExceeded', 'exceeded quota: objects')
    }
    const answers = await Promise.all([run(), run()])
    expect(answers.map(({ code }) => code)).toEqual([200, 200])
    expect(objects()).toBe(2)
  })

  const REFUSALS = ['QuotaExceeded', 'Rejected', 'Forbidden', 'Invalid'] as const

  test.each(REFUSALS)('that comes again when the cluster takes no payload (%s) takes nothing away, and is to be tried again', async (code) => {
    await run()
    const before = [world.cluster.all('configmaps'), world.cluster.all('secrets')]
    world.cluster.failNext('create', code, { kind: 'secrets', message: 'not this one' })
    const successor = aRunner(world)
    expect(await run(aMetadataRun(), successor)).toMatchObject({ code: 503, runId: RUN_ID, reason: expect.stringMatching(/the run is kept.*: not this one/) })
    expect([world.cluster.all('configmaps'), world.cluster.all('secrets')]).toEqual(before)
    expect(await run(aMetadataRun(), successor)).toMatchObject({ code: 200 })
  })

  test.each(REFUSALS)('that comes again with a rotated token when the cluster takes no payload (%s) takes nothing away', async (code) => {
    await run()
    const before = [world.cluster.all('configmaps'), world.cluster.all('secrets')]
    world.cluster.failNext('dryRun', code, { kind: 'secrets', message: 'not this one' })
    expect(await run(withToken('another'), aRunner(world))).toMatchObject({ code: 503, reason: expect.stringContaining('the run is kept') })
    expect([world.cluster.all('configmaps'), world.cluster.all('secrets')]).toEqual(before)
  })

  test.each([
    { name: 'has a pod', pod: aPodOf(aRecord()), status: {} },
    { name: 'was tried before', pod: undefined, status: { attempt: 2 } },
  ])('that comes again when the cluster takes no payload is accepted of a run that $name', async ({ pod, status }) => {
    await run()
    const stored = recordIn(world) ?? aRecord()
    world.cluster.put('configmaps', storedAs(aRecord({ ...stored, status: { ...stored.status, ...status } })))
    const successor = aRunner(world)
    const owner = { uid: stored.uid } as V1OwnerReference
    if (pod !== undefined) successor.effects.cache.putPod(world.cluster.put('pods', { ...pod, metadata: { ...pod.metadata, ownerReferences: [owner] } }))
    world.cluster.failNext('create', 'QuotaExceeded', { kind: 'secrets' })
    expect(await run(aMetadataRun(), successor)).toMatchObject({ code: 200, runId: RUN_ID })
  })

  test('whose record the cluster refuses leaves nothing behind', async () => {
    world.cluster.failNext('create', 'Invalid', { kind: 'configmaps', message: 'too large' })
    expect(await run()).toMatchObject({ code: 422, reason: expect.stringContaining('too large') })
    expect(objects()).toBe(0)
  })

  test.each(['Unavailable', 'Throttled', 'Unauthorized'] as const)('while the cluster is %s is to be tried again', async (code) => {
    world.cluster.failNext('create', code)
    expect(await run()).toMatchObject({ code: 503, reason: expect.stringContaining(code) })
    expect(await run()).toMatchObject({ code: 200 })
    expect(objects()).toBe(2)
  })

  test('of a run whose record was made by a newer version is refused', async () => {
    const newer = storedAs(anEndedRecord())
    world.cluster.put('configmaps', { ...newer, data: { ...newer.data, schemaVersion: '2' } })
    expect(await run()).toMatchObject({ code: 409, reason: expect.stringContaining('newer') })
  })
})

describe('run/kill', () => {
  test('of an unknown run has its request find it stopped when it comes after all, also at another runner', async () => {
    expect(await kill()).toMatchObject({ code: 200, runId: RUN_ID, reason: expect.stringContaining('no such run') })
    expect(await kill()).toMatchObject({ code: 200, reason: 'run had ended before: stopped' })
    const gone = { code: 410, runId: RUN_ID, reason: 'runId: the run was stopped before its request came; send a new run id' }
    expect(await run()).toMatchObject(gone)
    expect(await handleRequest('pipeline/run', aMetadataRun(), aRunner(world).context)).toMatchObject(gone)
    expect(world.cluster.writes()).toEqual(['create configmaps', 'create configmaps', 'create configmaps'])
    expect(world.cluster.all('secrets')).toEqual([])
    expect(world.collate.history).toEqual([])
  })

  test('of an unknown run leaves a record that expires like others', async () => {
    await runner.controller.start()
    await kill()
    expect(recordIn(world)).toMatchObject({ finalizers: [], status: { phase: 'Ended', end: { state: 'stopped', isAcknowledged: true } } })
    world.clock.nowMs += RECORD_TTL_MS
    runner.controller.wake(RUN_KEY)
    await world.cluster.changes.until(() => recordIn(world) === undefined)
    await runner.controller.stop()
  })

  test('of an unknown run whose request comes at the same moment is to be asked again, and then stops it', async () => {
    world.cluster.failNext('create', 'AlreadyExists')
    expect(await kill()).toMatchObject({ code: 503 })
    await run()
    expect(await kill()).toMatchObject({ code: 200, reason: 'stop requested' })
  })

  test('of a run whose record was made by a newer version is refused', async () => {
    const newer = storedAs(anEndedRecord())
    world.cluster.put('configmaps', { ...newer, data: { ...newer.data, schemaVersion: '2' } })
    expect(await kill()).toMatchObject({ code: 409 })
  })

  test('of a run that the runner itself gave up makes it a stop', async () => {
    await run()
    const given = { kill: { atMs: NOW_MS, reason: 'no image', failureClass: 'ImagePull' } } as const
    world.cluster.put('configmaps', storedAs(aRecord({ status: given })))
    expect(await kill()).toMatchObject({ code: 200, reason: 'stop requested' })
    expect(recordIn(world)?.status.kill).toEqual({ atMs: NOW_MS, reason: 'stopped on request of Collate' })
  })

  test('writes the wish on the record, once', async () => {
    await run()
    expect(await kill()).toMatchObject({ code: 200, reason: 'stop requested' })
    const { resourceVersion, status } = recordIn(world) ?? {}
    expect(status).toMatchObject({ phase: 'Queued', kill: { atMs: NOW_MS } })
    expect(await kill()).toMatchObject({ code: 200, reason: 'stop requested' })
    expect(await kill(RUN_ID, aRunner(world))).toMatchObject({ code: 200 })
    expect(recordIn(world)?.resourceVersion).toBe(resourceVersion)
  })

  test('takes the run id in any case', async () => {
    await run()
    expect(await kill(RUN_ID.toUpperCase())).toMatchObject({ code: 200 })
    expect(recordIn(world)?.status.kill).toBeDefined()
  })

  test('of a run that has ended changes nothing and tells how it ended', async () => {
    world.cluster.put('configmaps', storedAs(anEndedRecord({ state: 'partialSuccess' })))
    const before = recordIn(world)
    expect(await kill()).toMatchObject({ code: 200, reason: expect.stringContaining('partialSuccess') })
    expect(recordIn(world)).toEqual(before)
  })

  test('goes on when the record changed in between', async () => {
    await run()
    world.cluster.failNext('mergePatch', 'Conflict')
    expect(await kill()).toMatchObject({ code: 200 })
    expect(recordIn(world)?.status.kill).toBeDefined()
  })

  test('gives up with a wish to be asked again when the record changes for ever', async () => {
    await run()
    for (let index = 0; index < 5; index += 1) world.cluster.failNext('mergePatch', 'Conflict')
    expect(await kill()).toMatchObject({ code: 503 })
  })

  test('for another runner, or without a run id, does nothing', async () => {
    await run()
    expect(await handleRequest('run/kill', { runner: 'saas', runId: RUN_ID }, runner.context)).toMatchObject({ code: 409 })
    await expect(handleRequest('run/kill', { runner: 'aws-prod' }, runner.context)).rejects.toMatchObject({ issues: [{ path: 'runId' }] })
    await expect(handleRequest('run/kill', null, runner.context)).rejects.toBeInstanceOf(InvalidRequest)
    expect(recordIn(world)?.status.kill).toBeUndefined()
  })
})

test('service/status is answered without asking anybody', async () => {
  expect(await handleRequest('service/status', undefined, runner.context)).toMatchObject({ code: 200, platform: 'Hybrid' })
  expect(world.cluster.calls).toEqual([])
})

describe('service/status', () => {
  test('is unhealthy, with the reason, while no run could start', async () => {
    const unknown = aRunner(world, { serverVersion: () => undefined })
    expect(await handleRequest('service/status', undefined, unknown.context)).toMatchObject({ code: 500, reason: expect.stringContaining('serverVersion: ') })
  })

  test('is unhealthy while no progress is made', async () => {
    const context = { ...runner.context, troubles: () => ['no run was worked on for 200 s'] }
    expect(await handleRequest('service/status', undefined, context)).toMatchObject({ code: 500, reason: 'unhealthy: no run was worked on for 200 s' })
  })
})

describe('service/hostIp', () => {
  test('gives the address that the operator told', async () => {
    expect(await handleRequest('service/hostIp', {}, { ...runner.context, hostIp: '192.0.2.7' })).toMatchObject({ code: 200, data: { ip: '192.0.2.7' } })
  })

  test('says which variable holds it when nobody has told', async () => {
    expect(await handleRequest('service/hostIp', {}, runner.context)).toMatchObject({ code: 204, reason: expect.stringContaining('INGESTION_HOST_IP') })
  })
})

test('the key of the example run is what the records are found by', async () => {
  await run()
  expect(world.cluster.find('configmaps', RUN_KEY)).toBeDefined()
})
