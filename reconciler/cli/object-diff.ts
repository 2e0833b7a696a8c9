import { createTwoFilesPatch } from 'diff'
import { toYaml } from '../../compiler/serialize.ts'
import type { NamedObject } from '../cluster/server-side-apply.ts'

/** The change from what is in the cluster to what would be, as a unified diff; empty when nothing would change. Secrets are masked. */
export function objectDiff(live: NamedObject | undefined, wanted: NamedObject): string {
  const name = `${wanted.kind}/${wanted.metadata.name}`
  const before = live === undefined ? '' : toYaml([withoutBookkeeping(live)])
  const after = toYaml([withoutBookkeeping(wanted)])
  if (before === after) return ''
  return createTwoFilesPatch(live === undefined ? '/dev/null' : `live ${name}`, `wanted ${name}`, before, after, undefined, undefined, { context: 3 })
}

/** Fields that the API server keeps for itself and that differ at every look. */
function withoutBookkeeping(object: NamedObject): object {
  const { status: _status, metadata, ...rest } = object
  const { managedFields: _fields, resourceVersion: _version, uid: _uid, generation: _generation, creationTimestamp: _created, ...kept } = metadata
  return { ...rest, metadata: kept }
}
