import type { JsonPatchStep } from '../../reconciler/cluster/cluster.ts'
import { ClusterError } from '../../reconciler/cluster/cluster-error.ts'
import { isDeepStrictEqual } from 'node:util'

type Json = Record<string, unknown>

/** RFC 7396: what `target` becomes under the patch. */
export function mergePatched(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const merged: Json = isObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key]
    else if (value !== undefined) merged[key] = mergePatched(merged[key], value)
  }
  return merged
}

/** The `test`, `remove` and `add` steps (to objects) of RFC 6902, on a copy. A step that does not fit is a Conflict, as the Cluster says. */
export function jsonPatched<T extends object>(target: T, steps: readonly JsonPatchStep[]): T {
  const patched = structuredClone(target)
  for (const step of steps) {
    const keys = step.path.split('/').slice(1)
    const last = keys.pop() ?? ''
    const parent = keys.reduce<unknown>((value, key) => (isObject(value) || Array.isArray(value) ? Reflect.get(value, key) : undefined), patched)
    const found: unknown = typeof parent === 'object' && parent !== null ? Reflect.get(parent, last) : undefined
    if (step.op === 'add' && typeof parent === 'object' && parent !== null) {
      Reflect.set(parent, last, structuredClone(step.value))
      continue
    }
    if (found === undefined || (step.op === 'test' && !isDeepStrictEqual(found, step.value)))
      throw new ClusterError('Conflict', `${step.op} ${step.path} failed`)
    if (step.op === 'remove' && Array.isArray(parent)) parent.splice(Number(last), 1)
    else if (step.op === 'remove') Reflect.deleteProperty(parent as object, last)
  }
  return patched
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
