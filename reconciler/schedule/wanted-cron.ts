import type { Facts } from '../../compiler/facts.ts'
import { compileSchedule } from '../../compiler/compile-schedule.ts'
import { formatIssues } from '../../compiler/issue.ts'
import type { Policy } from '../../compiler/policy.ts'
import type { StoredSchedule } from '../../compiler/schedule/schedule-record.ts'
import { ANNOTATION_APPLIED, type CronKind, type CronObject, type ObservedCron, shortDigest } from './observed-cron.ts'

/** What a revision stands for at a moment. */
export type WantedCron =
  | { readonly kind: 'object'; readonly cronKind: CronKind; readonly object: CronObject; readonly digest: string; readonly changesAtMs: number | null }
  /** A fact is not known yet: nothing is written. */
  | { readonly kind: 'unknown'; readonly problem: string }
  /** Not under this policy. */
  | { readonly kind: 'impossible'; readonly problem: string }

export type WantedObject = Extract<WantedCron, { kind: 'object' }>

/** The moment, and what there is to fire the schedule already. */
export interface CronMoment {
  readonly nowMs: number
  readonly cron?: ObservedCron | undefined
}

/** The CronJob or CronWorkflow of the revision as it is to be now. Pure. */
export function wantedCron(revision: StoredSchedule, policy: Policy, facts: Facts, { nowMs, cron }: CronMoment): WantedCron {
  const compiled = compileSchedule(revision, policy, { ...facts, nowMs, ...(cron === undefined ? {} : { madeAtMs: cron.madeAtMs }) })
  if (!compiled.ok) {
    const kind = compiled.error.every(({ code }) => code === 'unknownFact') ? 'unknown' : 'impossible'
    return { kind, problem: formatIssues(compiled.error) }
  }
  const [object] = compiled.value.objects
  return {
    kind: 'object',
    cronKind: object.kind === 'CronWorkflow' ? 'cronworkflows' : 'cronjobs',
    object,
    digest: shortDigest(object),
    changesAtMs: compiled.value.changesAtMs,
  }
}

/**
 * Whether nothing need be written. The API server fills in defaults and webhooks change what they like, so what it made of the last
 * apply is remembered on the object by its digest: any other spec is somebody's edit.
 */
export function isAsWanted(cron: ObservedCron, { object, digest }: WantedObject): boolean {
  const { labels = {}, annotations = {}, ownerReferences = [] } = object.metadata ?? {}
  return (
    cron.annotations[ANNOTATION_APPLIED] === appliedMark(digest, cron.specDigest) &&
    cron.ownerUid === (ownerReferences[0]?.uid ?? null) &&
    holds(cron.labels, labels) &&
    holds(cron.annotations, annotations)
  )
}

export function appliedMark(wantedDigest: string, specDigest: string): string {
  return `${wantedDigest}.${specDigest}`
}

function holds(found: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([key, value]) => found[key] === value)
}
