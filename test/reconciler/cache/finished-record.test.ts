import { describe, expect, test } from 'vitest'
import { parseRecord } from '../../../compiler/record-config-map.ts'
import { isFinished, remembered } from '../../../reconciler/cache/finished-record.ts'
import { must } from '../../compiler/examples/must.ts'
import { anEndedRecord, aRecord, storedAs } from '../../support/a-record.ts'

const ACTIVE = must(parseRecord(storedAs(aRecord())))
const ENDED = must(parseRecord(storedAs(anEndedRecord())))

function endedAs(isAcknowledged: boolean) {
  const { end } = ENDED.status
  if (end === undefined) throw new Error('the record of the example has no end')
  return { ...ENDED, status: { ...ENDED.status, end: { ...end, isAcknowledged } } }
}

describe('what is remembered of a record', () => {
  test('is all of it while the run goes on, and until Collate has its end', () => {
    for (const record of [ACTIVE, endedAs(false)]) {
      expect(remembered(record)).toBe(record)
      expect(isFinished(record)).toBe(false)
    }
  })

  test('is what its expiry depends on once Collate has its end, and none of its texts', () => {
    const record = endedAs(true)
    const kept = remembered({ ...record, status: { ...record.status, end: { ...record.status.end, message: 'a long story' } } })
    expect(isFinished(kept)).toBe(true)
    expect(kept).toMatchObject({
      name: record.name,
      uid: record.uid,
      resourceVersion: record.resourceVersion,
      status: { end: { endedAtMs: record.status.end.endedAtMs } },
    })
    expect(JSON.stringify(kept)).not.toMatch(/a long story|fullyQualifiedName|requestDigest/)
    expect(JSON.stringify(kept).length).toBeLessThan(500)
  })

  test('keeps the finalizers that are still on it', () => {
    expect(remembered({ ...endedAs(true), finalizers: ['somebody/else'] }).finalizers).toEqual(['somebody/else'])
  })
})
