import { describe, expect, test } from 'vitest'
import type { ScheduleStatus, StoredSchedule } from '../../../compiler/schedule/schedule-record.ts'
import { planSchedule, REPEAT_WINDOW_MS, type ScheduleAction, type ScheduleObservation } from '../../../reconciler/schedule/plan-schedule.ts'
import { ANNOTATION_APPLIED, observeCron, type ObservedCron, specDigestOf } from '../../../reconciler/schedule/observed-cron.ts'
import { appliedMark, wantedCron, type WantedObject } from '../../../reconciler/schedule/wanted-cron.ts'
import { aPolicy } from '../../compiler/examples/policy.ts'
import { FACTS, NOW_MS } from '../../compiler/examples/run.ts'
import { aDeploy, DAY_MS, scheduleOf } from '../../compiler/examples/schedule.ts'

const LATER_MS = NOW_MS + DAY_MS

/** A revision under a name and uid of its own. */
function revision(name: string, status: Partial<ScheduleStatus> = {}): StoredSchedule {
  const { stored } = scheduleOf(aDeploy(), aPolicy())
  const spec = { ...stored.spec, payload: { ...stored.spec.payload, secretName: `payload-of-${name}` } }
  return { ...stored, name, uid: `${name}-uid`, spec, status: { ...stored.status, ...status } }
}

function wantedOf(schedule: StoredSchedule): WantedObject {
  const wanted = wantedCron(schedule, aPolicy(), FACTS, { nowMs: LATER_MS })
  if (wanted.kind !== 'object') throw new Error(wanted.problem)
  return wanted
}

/** The CronJob as the runner left it for this revision. */
function cronOf(schedule: StoredSchedule, changes: Partial<ObservedCron> = {}): ObservedCron {
  const { object, digest } = wantedOf(schedule)
  const annotations = { ...object.metadata?.annotations, [ANNOTATION_APPLIED]: appliedMark(digest, specDigestOf(object)) }
  return { ...observeCron({ ...object, metadata: { ...object.metadata, uid: 'cron-uid', annotations } }), ...changes }
}

const older = revision('older', { updatedAtMs: NOW_MS })
const newer = revision('newer', { updatedAtMs: NOW_MS + 1 })
const deleted = revision('deleted', { updatedAtMs: NOW_MS + 2, phase: 'Retired', retired: { atMs: LATER_MS, why: 'deleted' } })
const unscheduled = revision('unscheduled', { updatedAtMs: NOW_MS + 2, phase: 'Retired', retired: { atMs: LATER_MS, why: 'unscheduled' } })
const replaced = revision('replaced', { updatedAtMs: NOW_MS, phase: 'Retired', retired: { atMs: NOW_MS, why: 'replaced' } })

interface Row {
  readonly name: string
  readonly revisions: readonly StoredSchedule[]
  readonly cron?: ObservedCron
  readonly leftOver?: ObservedCron
  readonly inUse?: readonly string[]
  readonly payloads?: Readonly<Record<string, 'absent' | 'unknown'>>
  readonly isVersionUnknown?: boolean
  readonly nowMs?: number
  readonly actions: readonly string[]
}

const ROWS: readonly Row[] = [
  { name: 'nothing at all', revisions: [], actions: [] },
  { name: 'a revision without a CronJob gets one', revisions: [newer], actions: ['applyCron newer'] },
  { name: 'a CronJob that is as it is to be is left alone', revisions: [newer], cron: cronOf(newer), actions: [] },
  { name: 'an edit of its spec is undone', revisions: [newer], cron: cronOf(newer, { specDigest: 'edited' }), actions: ['applyCron newer'] },
  { name: 'an owner that was taken off is put back', revisions: [newer], cron: cronOf(newer, { ownerUid: null }), payloads: {}, actions: ['applyCron newer'] },
  { name: 'a label that was taken off is put back', revisions: [newer], cron: cronOf(newer, { labels: {} }), actions: ['applyCron newer'] },
  { name: 'a label of somebody else stays', revisions: [newer], cron: cronOf(newer, { labels: { ...cronOf(newer).labels, team: 'data' } }), actions: [] },
  {
    name: 'a CronJob that is on its way out is waited for',
    revisions: [newer],
    cron: cronOf(newer, { isBeingDeleted: true, specDigest: 'edited' }),
    actions: [],
  },
  { name: 'an unknown version of the server writes nothing', revisions: [newer], cron: cronOf(older), isVersionUnknown: true, actions: [] },
  {
    name: 'a newer revision takes the CronJob, and the older one waits for that',
    revisions: [older, newer],
    cron: cronOf(older),
    actions: ['applyCron newer'],
  },
  { name: 'an older revision goes when the CronJob is not its own', revisions: [older, newer], cron: cronOf(newer), actions: ['deleteRevision older'] },
  { name: 'an older revision that a run needs is retired', revisions: [older, newer], cron: cronOf(newer), inUse: ['older'], actions: ['retire older'] },
  { name: 'a retired revision that a run needs stays', revisions: [replaced, newer], cron: cronOf(newer), inUse: ['replaced'], actions: [] },
  {
    name: 'a payload of which nobody knows is asked for',
    revisions: [older, newer],
    cron: cronOf(older),
    payloads: { newer: 'unknown' },
    actions: ['askPayload newer'],
  },
  { name: 'the payload of what is applied is not asked for', revisions: [newer], cron: cronOf(newer), payloads: { newer: 'unknown' }, actions: [] },
  {
    name: 'a revision without its payload does not take over',
    revisions: [older, newer],
    cron: cronOf(older),
    payloads: { newer: 'absent' },
    nowMs: NOW_MS + 60_000,
    actions: [],
  },
  {
    name: 'a revision whose payload never came goes',
    revisions: [older, newer],
    cron: cronOf(older),
    payloads: { newer: 'absent' },
    actions: ['deleteRevision newer'],
  },
  { name: 'a pipeline without a schedule is suspended first', revisions: [unscheduled], cron: cronOf(newer), actions: ['suspendCron'] },
  { name: 'its CronJob goes when no Job of it goes on', revisions: [unscheduled], cron: cronOf(newer, { isSuspended: true }), actions: ['deleteCron'] },
  {
    name: 'its CronJob stays while a Job of it goes on',
    revisions: [unscheduled],
    cron: cronOf(newer, { isSuspended: true }),
    inUse: ['unscheduled'],
    actions: [],
  },
  { name: 'a deleted pipeline ends its runs', revisions: [deleted], cron: cronOf(newer, { isSuspended: true }), actions: ['endRuns deleted', 'deleteCron'] },
  { name: 'what is left of a deleted pipeline turns away what is older for a while', revisions: [deleted], actions: ['endRuns deleted'] },
  { name: 'and goes then', revisions: [deleted], nowMs: LATER_MS + REPEAT_WINDOW_MS, actions: ['endRuns deleted', 'deleteRevision deleted'] },
  {
    name: 'a revision older than the delete does not come back',
    revisions: [older, deleted],
    cron: cronOf(older),
    actions: ['endRuns deleted', 'suspendCron'],
  },
  {
    name: 'a deploy after the delete does',
    revisions: [deleted, revision('again', { updatedAtMs: NOW_MS + 3 })],
    actions: ['applyCron again', 'deleteRevision deleted'],
  },
  { name: 'a CronJob without any record is taken off', revisions: [], cron: cronOf(newer), actions: ['suspendCron'] },
  {
    name: 'what the other executor fired it by is suspended before it fires anew',
    revisions: [newer],
    leftOver: cronOf(newer),
    actions: ['suspendCron', 'applyCron newer'],
  },
  {
    name: 'and stays while a run of it goes on',
    revisions: [newer],
    cron: cronOf(newer),
    leftOver: cronOf(newer, { isSuspended: true }),
    inUse: ['newer'],
    actions: [],
  },
  { name: 'and goes then', revisions: [newer], cron: cronOf(newer), leftOver: cronOf(newer, { isSuspended: true }), actions: ['deleteCron'] },
]

describe('the plan of a schedule', () => {
  test.each(ROWS)('$name', ({ revisions, cron, leftOver, inUse = [], payloads = {}, isVersionUnknown = false, nowMs = LATER_MS, actions }) => {
    const observation: ScheduleObservation = {
      revisions,
      ...(cron === undefined ? {} : { cron }),
      ...(leftOver === undefined ? {} : { leftOver }),
      inUse: new Set(inUse),
      payloadOf: ({ name }) => payloads[name] ?? 'present',
      wantedOf: (schedule) => wantedCron(schedule, aPolicy(), isVersionUnknown ? {} : FACTS, { nowMs: LATER_MS }),
      nowMs,
    }
    expect(planSchedule(observation).actions.map(inWords)).toEqual(actions)
  })

  test('looks again when the schedule changes by itself', () => {
    const fresh = revision('fresh', { activeSinceMs: NOW_MS })
    const wanted = (schedule: StoredSchedule) => wantedCron(schedule, aPolicy(), FACTS, { nowMs: NOW_MS })
    const { requeueAfterMs } = planSchedule({ revisions: [fresh], inUse: new Set(), payloadOf: () => 'present', wantedOf: wanted, nowMs: NOW_MS })
    expect(requeueAfterMs).toBe(300_000)
  })
})

function inWords(action: ScheduleAction): string {
  if (action.kind === 'applyCron') return `applyCron ${action.wanted.object.metadata?.ownerReferences?.[0]?.name}`
  return 'revision' in action ? `${action.kind} ${action.revision.name}` : action.kind
}
