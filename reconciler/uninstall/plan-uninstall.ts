import type { StoredRecord } from '../../compiler/record.ts'
import type { Found, FoundObject, FoundSchedule } from './found.ts'

export type UninstallDeed =
  | { readonly kind: 'suspend'; readonly schedule: FoundSchedule }
  /** Write on the record that the run is to stop: a runner that lives tells Collate. */
  | { readonly kind: 'kill'; readonly record: StoredRecord }
  | { readonly kind: 'delete'; readonly object: FoundObject }
  /** Take our finalizer off. */
  | { readonly kind: 'release'; readonly object: FoundObject }

export interface UninstallPlan {
  readonly deeds: readonly UninstallDeed[]
  /** What is waited for, in words; undefined when nothing is. */
  readonly waitsFor?: string
  /** Everything is let go: what is not gone then goes without us, or not at all. */
  readonly isSaidGoodbye?: true
}

export interface UninstallTime {
  /** Wait no more for runs that do not end: let go of everything. */
  readonly isUp: boolean
  /** Wait no more for a runner to tell Collate of the runs that have ended. */
  readonly isToldEnough: boolean
}

/**
 * The next step on the way to a namespace without this runner. Pure, and to be asked again with what is found then; nothing to do
 * and nothing to wait for is the end.
 *
 * First nothing starts any more and what runs is stopped; then, when all of it has ended and a runner that lives has had the time
 * to tell Collate, everything is let go and deleted. No pod is removed by force: our finalizer keeps the word of its end, and
 * taking it off does not make Kubernetes forget a pod that may still run.
 */
export function planUninstall(found: Found, { isUp, isToldEnough }: UninstallTime): UninstallPlan {
  const stops = stopsOf(found)
  const running = found.works.filter(({ isOver }) => !isOver)
  if (running.length > 0 && !isUp) return { deeds: stops, waitsFor: `${running.length} run(s) to end: ${namesOf(running)}` }
  const untold = found.records.filter(({ unsettled }) => unsettled !== undefined).length
  if (untold > 0 && !isToldEnough && !isUp) return { deeds: stops, waitsFor: `the runner to tell Collate how ${untold} run(s) ended` }
  const rest = [...found.works, ...found.schedules, ...found.records]
  const deeds = [...stops, ...goodbyes(rest)]
  return rest.length === 0 ? { deeds } : { deeds, waitsFor: `${rest.length} object(s) to go: ${namesOf(rest)}`, isSaidGoodbye: true }
}

/** A schedule's record goes first: a runner that lives would switch its CronJob on again. */
function stopsOf({ schedules, works, records }: Found): UninstallDeed[] {
  return [
    ...records.filter(({ isSchedule, isBeingDeleted }) => isSchedule && !isBeingDeleted).map((object) => ({ kind: 'delete', object }) as const),
    ...schedules.filter(({ isSuspended, isBeingDeleted }) => !isSuspended && !isBeingDeleted).map((schedule) => ({ kind: 'suspend', schedule }) as const),
    ...records.flatMap(({ unsettled }) => (unsettled === undefined || isStopping(unsettled) ? [] : [{ kind: 'kill', record: unsettled } as const])),
    ...works.filter(({ isOver, isBeingDeleted }) => !isOver && !isBeingDeleted).map((object) => ({ kind: 'delete', object }) as const),
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
