import type { Cluster, JsonPatchStep } from '../cluster/cluster.ts'
import { ANNOTATION_APPLIED, type CronObject, type ObservedCron, specDigestOf } from './observed-cron.ts'
import { appliedMark, type WantedObject } from './wanted-cron.ts'

/**
 * Makes the CronJob what it is to be, whatever was done to it: the whole spec is replaced, so that nothing of an edit stays.
 *
 * Tried first without effect: only the API server knows what its defaults and webhooks make of it, and that is remembered on the
 * object, so that it is told from an edit ever after. Throws a Conflict when the object is not the one that was seen.
 */
export async function applyCron(cluster: Cluster, wanted: WantedObject, seen: ObservedCron | undefined): Promise<CronObject> {
  return seen === undefined ? createCron(cluster, wanted) : replaceCron(cluster, wanted, seen)
}

async function createCron(cluster: Cluster, { cronKind, object, digest }: WantedObject): Promise<CronObject> {
  const tried = await cluster.create(cronKind, object, { dryRun: true })
  return cluster.create(cronKind, marked(object, appliedMark(digest, specDigestOf(tried))))
}

async function replaceCron(cluster: Cluster, wanted: WantedObject, seen: ObservedCron): Promise<CronObject> {
  const { cronKind, object, digest } = wanted
  const tried = await cluster.jsonPatch(cronKind, seen.name, replacement(object, seen), { dryRun: true })
  return cluster.jsonPatch(cronKind, seen.name, replacement(marked(object, appliedMark(digest, specDigestOf(tried))), seen))
}

function marked(object: CronObject, mark: string): CronObject {
  return { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata?.annotations, [ANNOTATION_APPLIED]: mark } } }
}

/** Labels and annotations of others stay. */
function replacement({ metadata = {}, spec }: CronObject, seen: ObservedCron): JsonPatchStep[] {
  return [
    { op: 'test', path: '/metadata/resourceVersion', value: seen.resourceVersion },
    { op: 'add', path: '/metadata/labels', value: { ...seen.labels, ...metadata.labels } },
    { op: 'add', path: '/metadata/annotations', value: { ...seen.annotations, ...metadata.annotations } },
    { op: 'add', path: '/metadata/ownerReferences', value: metadata.ownerReferences },
    { op: 'add', path: '/spec', value: spec },
  ]
}
