import { describe, expect, test } from 'vitest'
import { objectDiff } from '../../../reconciler/cli/object-diff.ts'

const live = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', namespace: 'n', uid: 'u', resourceVersion: '7', managedFields: [{}], creationTimestamp: '2026-01-01T00:00:00Z' },
  data: { phase: 'Queued', attempt: '1' },
}

describe('the diff of an object', () => {
  test('is empty when only the bookkeeping of the API server differs', () => {
    expect(objectDiff(live, { ...live, metadata: { name: 'a', namespace: 'n', resourceVersion: '9' } })).toBe('')
  })

  test('shows the line that changes and not the others', () => {
    const lines = objectDiff(live, { ...live, data: { phase: 'Ended', attempt: '1' } }).split('\n')
    expect(lines.filter((line) => /^[+-] /.test(line))).toEqual(['-  phase: Queued', '+  phase: Ended'])
  })

  test('shows an object that is new as all new', () => {
    const diff = objectDiff(undefined, live)
    expect(diff).toContain('--- /dev/null')
    expect(diff).toContain('+kind: ConfigMap')
  })

  test('never shows what a Secret holds', () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'n' }, data: { config: 'aHVudGVyMg==' } }
    expect(objectDiff(undefined, secret)).not.toContain('aHVudGVyMg')
    expect(objectDiff(secret, { ...secret, data: { config: 'b3RoZXI=' } })).toBe('')
  })
})
