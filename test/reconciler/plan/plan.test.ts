import { describe, expect, test } from 'vitest'
import { plan } from '../../../reconciler/plan/plan.ts'
import { aPodOf, exited } from '../../support/a-pod.ts'
import { aRecord } from '../../support/a-record.ts'
import { inWords, observationOf } from '../../support/a-situation.ts'
import { NOW_MS } from '../../compiler/examples/run.ts'
import { PLAN_ROWS } from './plan.rows.ts'

describe('the plan', () => {
  test.each(PLAN_ROWS)('$name', ({ found, actions, requeueAfterMs }) => {
    const planned = plan(observationOf(found))
    expect(planned.actions.map(inWords)).toEqual(actions)
    expect(planned.requeueAfterMs).toBe(requeueAfterMs)
  })

  test('an end tells when the program began and ended, and is not yet acknowledged', () => {
    const record = aRecord()
    const [end] = plan(observationOf({ record, pods: [exited(aPodOf(record), 0, { atMs: NOW_MS + 42_000 })] })).actions
    expect(end).toMatchObject({ kind: 'end', record, end: { startedAtMs: NOW_MS, endedAtMs: NOW_MS + 42_000, isAcknowledged: false } })
  })
})
