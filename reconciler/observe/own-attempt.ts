import type { StoredRecord } from '../../compiler/record.ts'
import type { ObservedPod } from './observed-pod.ts'

/**
 * Is this attempt the record's own? One of an earlier record of the same name has that record's uid as its owner. One without any
 * such owner lost it by hand (a patch, a deletion of the record with `--cascade=orphan`): it is the start there was, and its name
 * and its labels or finalizer say whose.
 */
export function isOwnAttempt(pod: ObservedPod, { name, uid }: Pick<StoredRecord, 'name' | 'uid'>): boolean {
  if (pod.ownerUid !== null) return pod.ownerUid === uid
  return pod.name.startsWith(`${name}-`) && (pod.recordName === name || pod.finalizerIndex >= 0)
}
