import type { V1ConfigMap, V1Pod } from '@kubernetes/client-node'
import { beforeEach, describe, expect, test } from 'vitest'
import { remembered } from '../../../reconciler/cache/finished-record.ts'
import { RunCache } from '../../../reconciler/cache/run-cache.ts'
import { aPodOf, running } from '../../support/a-pod.ts'
import { aKilledRecord, anEndedRecord, aRecord, storedAs } from '../../support/a-record.ts'
import { RUN_KEY } from '../../support/run-in-world.ts'

let cache: RunCache
let changed: string[]
let unreadable: [string, string][]
beforeEach(() => {
  changed = []
  unreadable = []
  cache = new RunCache({ keep: remembered, onChange: (key) => changed.push(key), onUnreadable: (...problem) => unreadable.push(problem) })
})

function at<T extends V1ConfigMap | V1Pod>(resourceVersion: string, object: T, uid = object.metadata?.uid): T {
  return { ...object, metadata: { ...object.metadata, resourceVersion, ...(uid === undefined ? {} : { uid }) } }
}

const RECORD = storedAs(aRecord())
const ENDED = storedAs(anEndedRecord())
const POD = aPodOf(aRecord())

describe('an event', () => {
  const event = {
    metadata: { name: 'e' },
    involvedObject: { kind: 'Pod', name: `${RUN_KEY}-1`, uid: POD.metadata?.uid ?? '' },
    reason: 'FailedMount',
    message: 'no',
  }

  test('about a pod wakes its run, and is told with the pod', () => {
    cache.putPod(POD)
    changed.length = 0
    cache.putEvent(event)
    expect(changed).toEqual([RUN_KEY])
    expect(cache.run(RUN_KEY).pods[0]?.events).toMatchObject([{ reason: 'FailedMount', message: 'no', times: 1 }])
  })

  test('that comes before its pod is told once the pod is there', () => {
    cache.putEvent(event)
    expect(changed).toEqual([])
    cache.putPod(POD)
    expect(cache.run(RUN_KEY).pods[0]?.events).toHaveLength(1)
  })

  test('about an earlier pod of the same name is not', () => {
    cache.putPod(POD)
    cache.putEvent({ ...event, involvedObject: { ...event.involvedObject, uid: 'earlier' } })
    expect(cache.run(RUN_KEY).pods[0]?.events).toEqual([])
  })
})

describe('what is known', () => {
  test('is given by run, record and pods together', () => {
    cache.putRecord(RECORD)
    cache.putPod(POD)
    expect(cache.run(RUN_KEY)).toMatchObject({ record: { name: RUN_KEY }, pods: [{ name: `${RUN_KEY}-1` }] })
    expect([...cache.keys()]).toEqual([RUN_KEY])
    expect(changed).toEqual([RUN_KEY, RUN_KEY])
  })

  test('an older event after the answer to a newer write is ignored, compared as numbers', () => {
    cache.putRecord(at('100', ENDED))
    changed.length = 0
    expect(cache.putRecord(at('99', RECORD))?.status.phase).toBe('Ended')
    expect(cache.run(RUN_KEY).record?.status.phase).toBe('Ended')
    cache.putPod(at('100', running(POD)))
    expect(cache.putPod(at('20', POD)).phase).toBe('Running')
    expect(changed).toEqual([RUN_KEY])
  })

  test('the same version twice wakes nobody the second time', () => {
    cache.putRecord(RECORD)
    cache.putRecord(RECORD)
    cache.putPod(POD)
    cache.putPod(POD)
    expect(changed).toEqual([RUN_KEY, RUN_KEY])
  })

  test('another uid under the same name is another object: the old one has gone, its memory with it', () => {
    cache.putRecord(at('7', RECORD, 'old'))
    cache.putPod(at('7', running(POD), 'old-pod'))
    cache.podSink().remove(at('8', POD, 'old-pod'))
    expect(cache.run(RUN_KEY).vanishedPod).toBeDefined()
    expect(cache.putRecord(at('100', RECORD, 'new'))).toMatchObject({ uid: 'new', status: { phase: 'Queued' } })
    expect(cache.run(RUN_KEY).vanishedPod).toBeUndefined()
  })

  test('a late word of the object that had the name before changes nothing', () => {
    cache.putRecord(at('100', RECORD, 'new'))
    expect(cache.putRecord(at('7', ENDED, 'old'))).toMatchObject({ uid: 'new', status: { phase: 'Queued' } })
    cache.putPod(at('100', POD, 'new'))
    expect(cache.putPod(at('7', running(POD), 'old'))).toMatchObject({ uid: 'new', phase: 'Pending' })
    cache.recordSink().remove(at('8', RECORD, 'old'))
    cache.podSink().remove(at('8', POD, 'old'))
    expect(cache.run(RUN_KEY)).toMatchObject({ record: { uid: 'new' }, pods: [{ uid: 'new' }] })
  })

  test('a list that is older than what is known overwrites nothing, and takes away nothing that it could not have shown', () => {
    cache.putRecord(at('100', ENDED))
    cache.putPod(at('100', running(POD)))
    cache.recordSink().replace([at('50', RECORD)], '60')
    cache.podSink().replace([], '60')
    expect(cache.run(RUN_KEY)).toMatchObject({ record: { status: { phase: 'Ended' } }, pods: [{ phase: 'Running' }] })
    cache.podSink().replace([], '100')
    expect(cache.run(RUN_KEY).pods).toEqual([])
  })
})

describe('what goes', () => {
  test('wakes its run and is forgotten', () => {
    cache.putRecord(RECORD)
    cache.putPod(POD)
    cache.podSink().remove(POD)
    cache.recordSink().remove(RECORD)
    expect(cache.run(RUN_KEY).pods).toEqual([])
    expect(cache.run(RUN_KEY).record).toBeUndefined()
    expect(changed).toHaveLength(4)
    expect([...cache.keys()]).toEqual([])
  })

  test('does not take along its successor of the same name', () => {
    cache.putRecord(at('7', RECORD, 'new'))
    cache.putPod(at('7', POD, 'new'))
    cache.dropRecord(RUN_KEY, 'old')
    cache.dropPod(`${RUN_KEY}-1`, 'old')
    expect(cache.run(RUN_KEY)).toMatchObject({ record: { uid: 'new' }, pods: [{ uid: 'new' }] })
  })

  test('unseen, between two lists, goes with the next one, and a successor comes', () => {
    cache.putRecord(at('7', ENDED, 'old'))
    cache.putPod(at('7', POD, 'old'))
    changed.length = 0
    cache.recordSink().replace([at('9', RECORD, 'new')])
    cache.podSink().replace([])
    expect(cache.run(RUN_KEY)).toMatchObject({ record: { uid: 'new', status: { phase: 'Queued' } }, pods: [] })
    expect(changed).toEqual([RUN_KEY, RUN_KEY, RUN_KEY])
  })
})

describe('a pod that is gone for good', () => {
  const DELETED = { ...POD, metadata: { ...POD.metadata, deletionTimestamp: new Date(0) } }

  test('does not come back with a late answer to our own last patch of it', () => {
    cache.putPod(POD)
    cache.podSink().remove(DELETED)
    cache.putPod(at('9999', POD))
    expect(cache.run(RUN_KEY).pods).toEqual([])
    expect([...cache.keys()]).toEqual([])
  })

  test('does not stand in the way of one of the same name', () => {
    cache.putPod(POD)
    cache.podSink().remove(DELETED)
    cache.putPod(at('9999', POD, 'new'))
    expect(cache.run(RUN_KEY).pods).toMatchObject([{ uid: 'new' }])
  })

  test.each([
    { name: 'only lost its labels', lose: () => cache.podSink().remove(POD) },
    { name: 'is missing from a list, which may be older than the pod', lose: () => cache.podSink().replace([]) },
  ])('is not one that $name: it may be heard of again', ({ lose }) => {
    cache.putPod(POD)
    lose()
    cache.putPod(at('9999', POD))
    expect(cache.run(RUN_KEY).pods).toHaveLength(1)
  })
})

describe('a pod that goes before its end is on the record', () => {
  test('is remembered as it was last seen, until the end is', () => {
    cache.putRecord(RECORD)
    cache.putPod(running(POD))
    cache.podSink().remove(POD)
    expect(cache.run(RUN_KEY)).toMatchObject({ pods: [], vanishedPod: { phase: 'Running' } })
    cache.putRecord(at('9999', ENDED))
    expect(cache.run(RUN_KEY).vanishedPod).toBeUndefined()
  })

  test('is forgotten when the end was there first', () => {
    cache.putRecord(ENDED)
    cache.putPod(running(POD))
    cache.podSink().remove(POD)
    expect(cache.run(RUN_KEY).vanishedPod).toBeUndefined()
  })
})

describe('a record that cannot be read', () => {
  const NEWER = { ...RECORD, data: { ...RECORD.data, schemaVersion: '2' } }

  test('is told once, and known as such until it can be read or is gone', () => {
    cache.putRecord(RECORD)
    cache.putRecord(at('5000', NEWER))
    cache.putRecord(at('5001', NEWER))
    expect(unreadable).toMatchObject([[RUN_KEY, expect.stringContaining('schemaVersion')]])
    expect([cache.isUnreadable(RUN_KEY), cache.run(RUN_KEY).record]).toEqual([true, undefined])
    cache.putRecord(at('5002', storedAs(aKilledRecord())))
    expect(cache.isUnreadable(RUN_KEY)).toBe(false)
    cache.putRecord(at('5003', NEWER))
    cache.recordSink().remove(NEWER)
    expect(cache.isUnreadable(RUN_KEY)).toBe(false)
  })

  test('that is gone with the next list is not held against its successor or its pods', () => {
    cache.putRecord(NEWER)
    cache.putPod(POD)
    changed.length = 0
    cache.recordSink().replace([])
    expect(cache.isUnreadable(RUN_KEY)).toBe(false)
    expect(changed).toEqual([RUN_KEY])
  })
})
