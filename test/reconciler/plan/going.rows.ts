import { aPodOf, exited, released, running } from '../../support/a-pod.ts'
import { aKilledRecord, anEndedRecord, aRecord } from '../../support/a-record.ts'
import type { PlanRow } from './plan.rows.ts'

const isBeingDeleted = true
const record = aRecord({ isBeingDeleted })
const pod = aPodOf(record)
const untold = anEndedRecord({ state: 'failed', failureClass: 'OOMKilled', message: 'too much', isAcknowledged: false }, { isBeingDeleted })
const namespace = 'goes'

/** Runs of a namespace that is being deleted. */
export const GOING_ROWS: readonly PlanRow[] = [
  {
    name: 'a record that somebody deletes has it asked whether the whole namespace goes',
    found: { record, pods: [running(pod)], namespace: 'unknown' },
    actions: ['checkNamespace'],
  },
  {
    name: 'a record that is kept asks nothing',
    found: { record: aRecord(), pods: [running(pod)], namespace: 'unknown' },
    actions: [],
  },
  {
    name: 'a running run of a namespace that goes has its last word told, and everything is let go at once',
    found: { record, pods: [running(pod)], namespace },
    actions: ['end failed Deleted: the namespace of the run was deleted before it had ended', 'deletePod: its namespace is being deleted', 'releasePod'],
  },
  {
    name: 'a waiting run of a namespace that goes has its last word told',
    found: { record, namespace, holdsSlot: false },
    actions: ['end failed Deleted: the namespace of the run was deleted before it had ended'],
  },
  {
    name: 'a killed run of a namespace that goes is stopped',
    found: { record: aKilledRecord({ isBeingDeleted }), namespace },
    actions: ['end stopped: stopped on request of Collate'],
  },
  {
    name: 'a pod of a namespace that goes which had ended keeps its end',
    found: { record, pods: [exited(pod, 0)], namespace },
    actions: ['end success', 'deletePod: its namespace is being deleted', 'releasePod'],
  },
  {
    name: 'a record of a namespace that goes is let go though Collate does not have its end',
    found: { record: untold, pods: [released(exited(pod, 137))], namespace },
    actions: [`deletePod: its namespace is being deleted`, 'releaseRecord'],
  },
  {
    name: 'a pod without a record of a namespace that goes is let go',
    found: { pods: [exited(pod, 0)], namespace },
    actions: ['deletePod: its namespace is being deleted', 'releasePod'],
  },
]
