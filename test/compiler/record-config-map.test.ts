import { describe, expect, test } from 'vitest'
import { parseRecord, recordConfigMap, recordStatusData } from '../../compiler/record-config-map.ts'
import type { RunStatus } from '../../compiler/record.ts'
import { aPolicy } from './examples/policy.ts'
import { runOf } from './examples/run.ts'
import { aMetadataRun, DUMMY_TOKEN } from './examples/run-request.ts'

const { record, stored } = runOf(aMetadataRun(), aPolicy())

const ENDED: RunStatus = {
  phase: 'Ended',
  attempt: 3,
  kill: { atMs: 5, reason: 'asked for' },
  end: { state: 'stopped', failureClass: 'Deleted', message: 'gone', remedy: 'none', startedAtMs: null, endedAtMs: 7, isAcknowledged: false },
}

const ENDED_WELL: RunStatus = { phase: 'Ended', attempt: 1, end: { state: 'success', message: '', startedAtMs: 1, endedAtMs: 2, isAcknowledged: true } }

function configMapWith(status: RunStatus, data: Readonly<Record<string, unknown>> = {}) {
  const configMap = recordConfigMap({ ...record, status })
  return { ...configMap, metadata: { ...configMap.metadata, uid: 'u', resourceVersion: '1' }, data: { ...configMap.data, ...data } }
}

function issuesOf(configMap: unknown): string[] {
  const result = parseRecord(configMap)
  return result.ok ? [] : result.error.map(({ code, path }) => `${code} ${path}`)
}

describe('a record', () => {
  test.each<{ name: string; status: RunStatus }>([
    { name: 'just accepted', status: record.status },
    {
      name: 'to be tried again',
      status: { phase: 'Queued', attempt: 2, retry: { startAtMs: 9, firstStartedAtMs: null, failureClass: 'Evicted', message: 'm' } },
    },
    { name: 'ended, with all there is to say', status: ENDED },
    { name: 'ended well', status: ENDED_WELL },
  ])('comes back as it was written: $name', ({ status }) => {
    const finalizers = status.end?.isAcknowledged === true ? [] : stored.finalizers
    expect(parseRecord(configMapWith(status))).toEqual({
      ok: true,
      value: { ...stored, uid: 'u', resourceVersion: '1', finalizers, status },
    })
  })

  test('holds its object until the end is acknowledged, and not from then on', () => {
    expect(recordConfigMap({ ...record, status: record.status }).metadata?.finalizers).toHaveLength(1)
    expect(recordConfigMap({ ...record, status: ENDED_WELL }).metadata?.finalizers).toBeUndefined()
  })

  test('is known to go when somebody deleted it, whether the time is a text or a Date', () => {
    for (const deletionTimestamp of ['2026-01-15T02:00:00Z', new Date()]) {
      const configMap = configMapWith(record.status)
      const parsed = parseRecord({ ...configMap, metadata: { ...configMap.metadata, deletionTimestamp } })
      expect(parsed).toMatchObject({ ok: true, value: { isBeingDeleted: true } })
    }
  })

  test('holds no token', () => {
    expect(JSON.stringify(recordConfigMap(record))).not.toContain(DUMMY_TOKEN)
  })

  test('written before records told whether the pod streams its log is read as one that does not', () => {
    const { streamsLogs, ...spec } = record.spec
    expect(streamsLogs).toBe(true)
    expect(parseRecord(configMapWith(record.status, { spec: JSON.stringify(spec) }))).toMatchObject({ ok: true, value: { spec: { streamsLogs: false } } })
  })

  test('keeps what newer versions add to its metadata and data out of the way', () => {
    expect(parseRecord(configMapWith(record.status, { somethingNew: 'x' })).ok).toBe(true)
  })
})

describe('a ConfigMap that is no record this version reads', () => {
  test.each<{ name: string; configMap: unknown; issues: string[] }>([
    { name: 'a newer schema version', configMap: configMapWith(record.status, { schemaVersion: '2' }), issues: ['notSupported data.schemaVersion'] },
    { name: 'a schema version that is no number', configMap: configMapWith(record.status, { schemaVersion: 'x' }), issues: ['invalid data.schemaVersion'] },
    { name: 'no data', configMap: { metadata: { name: 'a' } }, issues: ['missing data.schemaVersion'] },
    { name: 'null', configMap: null, issues: ['missing data.schemaVersion'] },
    { name: 'a spec that is no JSON', configMap: configMapWith(record.status, { spec: '{' }), issues: ['invalid data.spec'] },
    { name: 'a phase that is none', configMap: configMapWith(record.status, { phase: 'Done' }), issues: ['invalid data.phase'] },
    { name: 'an attempt of zero', configMap: configMapWith(record.status, { attempt: '0' }), issues: ['invalid data.attempt'] },
    {
      name: 'several faults, all told',
      configMap: configMapWith(record.status, { spec: undefined, attempt: 'x', end: '{}' }),
      issues: [
        'missing data.spec',
        'invalid data.attempt',
        'missing data.end.state',
        'missing data.end.message',
        'missing data.end.startedAtMs',
        'missing data.end.endedAtMs',
        'missing data.end.isAcknowledged',
      ],
    },
  ])('$name', ({ configMap, issues }) => {
    expect(issuesOf(configMap)).toEqual(issues)
  })

  test('a newer version is named', () => {
    const result = parseRecord(configMapWith(record.status, { schemaVersion: '7' }))
    expect(result.ok ? '' : result.error[0]?.message).toContain('is 7, newer than 1')
  })
})

describe('the patch of a status', () => {
  test('takes away what is not set any more', () => {
    expect(recordStatusData({ phase: 'Queued', attempt: 2 })).toEqual({ phase: 'Queued', attempt: '2', retry: null, kill: null, end: null })
  })

  test('merged into the data gives the status', () => {
    const before = configMapWith(ENDED)
    const merged = Object.fromEntries(Object.entries({ ...before.data, ...recordStatusData(record.status) }).filter(([, value]) => value !== null))
    expect(parseRecord({ ...before, data: merged })).toMatchObject({ ok: true, value: { status: record.status } })
  })
})
