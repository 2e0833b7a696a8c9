import type { V1OwnerReference } from '@kubernetes/client-node'

/** What of a stored record names it as an owner. */
export interface RecordOwner {
  readonly name: string
  readonly uid: string
}

/** Ties an object's life to its record. Without `blockOwnerDeletion`, which OpenShift grants only to who may finalize the owner. */
export function ownedBy(record: RecordOwner): V1OwnerReference {
  return { apiVersion: 'v1', kind: 'ConfigMap', name: record.name, uid: record.uid, controller: true }
}
