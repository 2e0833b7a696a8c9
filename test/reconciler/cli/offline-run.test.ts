import { describe, expect, test } from 'vitest'
import { toYaml } from '../../../compiler/serialize.ts'
import { compileOffline, parseOfflineRequest, runnerOf } from '../../../reconciler/cli/offline-run.ts'
import { must } from '../../compiler/examples/must.ts'
import { aPolicy } from '../../compiler/examples/policy.ts'
import { aDeploy } from '../../compiler/examples/schedule.ts'
import { aMetadataRun, DUMMY_TOKEN } from '../../compiler/examples/run-request.ts'

const FACTS = { serverVersion: '1.11.1', nowMs: Date.UTC(2026, 0, 15) }
const frame = (params: unknown = aMetadataRun(), method = 'pipeline/run'): string => JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })

describe('a request in a file', () => {
  test('becomes record, payload and pod, in this order and in the namespace of the policy', () => {
    const objects = must(compileOffline(must(parseOfflineRequest(frame())), aPolicy(), FACTS))
    expect(objects).toMatchObject([
      { kind: 'ConfigMap', metadata: { namespace: 'collate' } },
      { kind: 'Secret', metadata: { namespace: 'collate' } },
      { kind: 'Pod', metadata: { namespace: 'collate' } },
    ])
  })

  test('may deploy a schedule: its record, payload and CronJob', () => {
    const objects = must(compileOffline({ method: 'pipeline/deploy', params: aDeploy() }, aPolicy(), FACTS))
    expect(objects).toMatchObject([{ kind: 'ConfigMap' }, { kind: 'Secret' }, { kind: 'CronJob', spec: { schedule: '0 2 * * *', suspend: false } }])
  })

  test('becomes nothing when the pipeline to deploy has no schedule', () => {
    expect(compileOffline({ method: 'pipeline/deploy', params: aDeploy({ scheduleInterval: null }) }, aPolicy(), FACTS)).toEqual({ ok: true, value: [] })
  })

  test('shows a schedule that has ended as suspended', () => {
    const objects = must(compileOffline({ method: 'pipeline/deploy', params: aDeploy({ endDate: '2026-01-01T00:00:00Z' }) }, aPolicy(), FACTS))
    expect(objects[2]).toMatchObject({ spec: { suspend: true } })
  })

  test('gives the same bytes every time', () => {
    const once = (): string => toYaml(must(compileOffline(must(parseOfflineRequest(frame())), aPolicy(), FACTS)), { showSecrets: true })
    expect(once()).toBe(once())
  })

  test('shows its token to nobody who did not ask for it', () => {
    const objects = must(compileOffline(must(parseOfflineRequest(frame())), aPolicy(), FACTS))
    expect(toYaml(objects)).not.toContain(DUMMY_TOKEN)
    expect(toYaml(objects)).not.toContain(Buffer.from(DUMMY_TOKEN).toString('base64').slice(0, 16))
  })

  test('may be YAML', () => {
    expect(parseOfflineRequest('method: pipeline/run\nparams: {runner: a}')).toEqual({ ok: true, value: { method: 'pipeline/run', params: { runner: 'a' } } })
  })

  test.each([
    { name: 'that is neither', text: '{"method": ', path: '' },
    { name: 'that asks for no run', text: frame({}, 'run/kill'), path: 'method' },
    { name: 'without params', text: '{"method": "pipeline/run"}', path: 'params' },
    { name: 'that is a list', text: '[]', path: '' },
    { name: 'beside another', text: 'method: pipeline/run\n---\nmethod: pipeline/run\n', path: '' },
    { name: 'that is empty', text: '', path: '' },
  ])('$name is an issue with its path', ({ text, path }) => {
    expect(parseOfflineRequest(text)).toMatchObject({ ok: false, error: [{ path }] })
  })

  test('tells every issue under params, as the file has them', () => {
    const { service: _service, ...rest } = aMetadataRun()
    expect(compileOffline({ method: 'pipeline/run', params: { ...rest, runId: 'no' } }, aPolicy(), FACTS)).toMatchObject({
      ok: false,
      error: [{ path: 'params.runId' }, { path: 'params.service' }],
    })
  })

  test('says how to give the version that decides the image', () => {
    expect(compileOffline(must(parseOfflineRequest(frame())), aPolicy(), { nowMs: 0 })).toMatchObject({
      ok: false,
      error: [{ code: 'unknownFact', message: expect.stringContaining('--server-version') }],
    })
  })

  test('names the runner it is for', () => {
    expect(runnerOf(must(parseOfflineRequest(frame())))).toBe('aws-prod')
    expect(runnerOf({ method: 'pipeline/run', params: {} })).toBeUndefined()
  })
})

describe('a request whose record is in the cluster', () => {
  const compiled = (live?: object): readonly object[] => must(compileOffline(must(parseOfflineRequest(frame())), aPolicy(), FACTS, live))
  const stored = (data: Readonly<Record<string, string>> = {}, finalizers: readonly string[] = []): object => {
    const [record] = compiled() as readonly { metadata: object; data: { spec: string } }[]
    if (record === undefined) throw new Error('there is no record')
    const spec = { ...(JSON.parse(record.data.spec) as object), acceptedAtMs: 1_000, notAfterMs: 2_000 }
    const metadata = { ...record.metadata, uid: 'live-uid', resourceVersion: '7', finalizers }
    return { ...record, metadata, data: { ...record.data, spec: JSON.stringify(spec, null, 2), ...data } }
  }

  test('keeps its times and names it as the owner by its own uid', () => {
    const [record, secret, pod] = compiled(stored())
    expect(record).toHaveProperty('data.spec', expect.stringMatching(/"acceptedAtMs": 1000,\n *"notAfterMs": 2000/))
    for (const owned of [secret, pod]) expect(owned).toHaveProperty('metadata.ownerReferences', [expect.objectContaining({ uid: 'live-uid' })])
  })

  test('stands where it stands: its attempt makes the name of the pod', () => {
    const [record, , pod] = compiled(stored({ attempt: '2' }))
    expect(record).toHaveProperty('data.attempt', '2')
    expect(pod).not.toHaveProperty('metadata.name', Reflect.get(Reflect.get(compiled()[2] ?? {}, 'metadata') as object, 'name'))
  })

  test('gets no finalizer back that it has lost', () => {
    expect(compiled(stored())[0]).not.toHaveProperty('metadata.finalizers')
    expect(compiled(stored({}, ['a/b']))[0]).toHaveProperty('metadata.finalizers', ['a/b'])
  })

  test('that a newer runner wrote is an issue', () => {
    const compiledBeside = compileOffline(must(parseOfflineRequest(frame())), aPolicy(), FACTS, stored({ schemaVersion: '99' }))
    expect(compiledBeside).toMatchObject({ ok: false, error: [{ path: 'data.schemaVersion' }] })
  })
})
