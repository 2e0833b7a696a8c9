import type { StoredRecord } from '../../compiler/record.ts'
import type { Found, FoundObject, FoundSchedule } from './found.ts'

export type UninstallDeed =
  | { readonly kind: 'suspend'; readonly schedule: FoundSchedule }
  /** Write on the record that the run is to stop: a runner that lives tells Collate. */
  | { readonly kind: 'kill'; readonly record: StoredRecord }
  | { readonly kind: 'delete'; readonly object: FoundObject }
  /** Delete it in such a way that Argo makes no pod of it again. */
  | { readonly kind: 'deleteWorkflow'; readonly workflow: FoundObject }
  /** Take our finalizer off. */
  | { readonly kind: 'release'; readonly object: FoundObject }

export interface UninstallPlan {
  readonly deeds: readonly UninstallDeed[]
  /** What is waited for, in words; undefined when nothing is. */
  readonly waitsFor?: string
  /** Everything is let go: what is not gone then goes without us, or not at all. */
  readonly isSaidGoodbye?: true
}

/**
 * The next step on the way to a namespace without this runner. Pure, and to be asked again with what is found then; nothing to do
 * and nothing to wait for is the end.
 *
 * First nothing starts any more and what runs is stopped; then, when all of it has ended, everything is let go and deleted. No pod is
 * removed by force: our finalizer keeps the word of its end, and taking it off does not make Kubernetes forget a pod that may still run.
 */
export function planUninstall(found: Found, { isUp }: { readonly isUp: boolean }): UninstallPlan {
  const stops = stopsOf(found)
  const running = found.works.filter(({ isOver }) => !isOver)
  if (running.length > 0 && !isUp) return { deeds: stops, waitsFor: runsToEnd(running) }
  const rest = [...found.works, ...found.schedules, ...found.records]
  const deeds = [...stops, ...goodbyes(rest)]
  return rest.length === 0 ? { deeds } : { deeds, waitsFor: `${rest.length} object(s) to go: ${namesOf(rest)}`, isSaidGoodbye: true }
}

/** What a runner that lives is waited for: that runs end as Collate is to know it. Schedules it would only deploy again. */
export function planSettling({ works, records }: Found, isToldEnough: boolean): UninstallPlan {
  const runs = records.filter(({ isSchedule }) => !isSchedule)
  const deeds = stopsOf({ schedules: [], works, records: runs })
  const running = works.filter(({ isOver }) => !isOver)
  if (running.length > 0) return { deeds, waitsFor: runsToEnd(running) }
  const untold = runs.filter(({ unsettled }) => unsettled !== undefined).length
  return untold === 0 || isToldEnough ? { deeds } : { deeds, waitsFor: `the runner to tell Collate how ${untold} run(s) ended` }
}

/** Only what was there before: what a runner starts in the meantime must not be waited for again and again. */
export function amongKnown({ works, records }: Found, known: Found): Found {
  const uids = new Set([...known.works, ...known.records].map(({ uid }) => uid))
  const isKnown = ({ uid }: FoundObject): boolean => uids.has(uid)
  return { schedules: [], works: works.filter(isKnown), records: records.filter(isKnown) }
}

function runsToEnd(running: readonly FoundObject[]): string {
  return `${running.length} run(s) to end: ${namesOf(running)}`
}

/**
 * A schedule's record goes first: a runner that could not be fenced off would switch its CronJob on again. A Workflow goes before its
 * pod, which Argo would make again.
 */
function stopsOf({ schedules, works, records }: Found): UninstallDeed[] {
  const running = works.filter(({ isOver }) => !isOver)
  return [
    ...records.filter(({ isSchedule, isBeingDeleted }) => isSchedule && !isBeingDeleted).map((object) => ({ kind: 'delete', object }) as const),
    ...schedules.filter(({ isSuspended, isBeingDeleted }) => !isSuspended && !isBeingDeleted).map((schedule) => ({ kind: 'suspend', schedule }) as const),
    ...records.flatMap(({ unsettled }) => (unsettled === undefined || isStopping(unsettled) ? [] : [{ kind: 'kill', record: unsettled } as const])),
    ...running.filter(({ kind }) => kind === 'workflows').map((workflow) => ({ kind: 'deleteWorkflow', workflow }) as const),
    ...running.filter(({ kind, isBeingDeleted }) => kind !== 'workflows' && !isBeingDeleted).map((object) => ({ kind: 'delete', object }) as const),
  ]
}

function isStopping({ status }: StoredRecord): boolean {
  return status.phase === 'Ended' || status.kill !== undefined
}

function goodbyes(rest: readonly FoundObject[]): UninstallDeed[] {
  return [
    ...rest.filter(({ isHeldByUs }) => isHeldByUs).map((object) => ({ kind: 'release', object }) as const),
    ...rest.filter(({ isBeingDeleted }) => !isBeingDeleted).map((object) => ({ kind: 'delete', object }) as const),
  ]
}

const NAMED = 3

export function namesOf(objects: readonly FoundObject[]): string {
  const names = objects
    .slice(0, NAMED)
    .map((object) => ('nodeName' in object && object.nodeName !== '' ? `${object.name} (on ${String(object.nodeName)})` : object.name))
  return [...names, ...(objects.length > NAMED ? [`${objects.length - NAMED} more`] : [])].join(', ')
}
