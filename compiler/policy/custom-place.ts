import { fieldShape } from '../merge/strategic-merge-shape.ts'
import type { Shape } from '../merge/strategic-merge-shape.ts'
import { joinPath } from '../zod-issues.ts'
import type { CustomConfig } from './custom-config.ts'
import { SHARED_FIELDS } from './custom-fields.ts'

type Path = readonly PropertyKey[]

/** One way in which a path of the pod may have come out of the operator's files. */
interface Origin {
  /** Of the patch, in the operator's words. */
  readonly root: Path
  readonly patch: unknown
  readonly shape: Shape
  /** Inside the patch, in the pod's words. */
  readonly path: Path
}

interface Found {
  readonly path: Path
  /** How far the operator's own fields reach. */
  readonly depth: number
  /** They hold the very field, or take away what it is in. */
  readonly isWhole: boolean
}

/**
 * What the operator calls a path of the merged pod: the field of his files that it came from, or would have to come from.
 *
 * @param main name of the container that `containerParams` are for
 */
export function placeInFiles(pod: object, config: CustomConfig, main: string, path: Path): string {
  const found = originsOf(pod, config, main, path).map((origin) => trace(origin, valueAt(pod, path.slice(0, path.length - origin.path.length))))
  const [latest, ...others] = found
  const [best] = [...found.filter(({ isWhole }) => isWhole), ...[...others, ...(latest === undefined ? [] : [latest])].toSorted((a, b) => b.depth - a.depth)]
  return joinPath('', best?.path ?? path)
}

/** What was merged last comes first. */
function originsOf(pod: object, { containerParams, workflowParams }: CustomConfig, main: string, path: Path): Origin[] {
  const [part, field, index, ...inside] = path
  const { podMetadata = {}, podSpecPatch = {}, ...params } = workflowParams
  if (part === 'metadata')
    return [{ root: ['workflowParams', 'podMetadata'], patch: podMetadata, shape: { kind: 'object', name: 'ObjectMeta' }, path: path.slice(1) }]
  const spec: Shape = { kind: 'object', name: 'PodSpec' }
  const container: Shape = { kind: 'object', name: 'Container' }
  const isMain = field === 'containers' && (index === undefined || Reflect.get(Object(valueAt(pod, path.slice(0, 3))), 'name') === main)
  const isContext = typeof index === 'number' && inside[0] === 'securityContext'
  return [
    { root: ['workflowParams', 'podSpecPatch'], patch: podSpecPatch, shape: spec, path: path.slice(1) },
    ...(isMain ? [{ root: ['containerParams'], patch: containerParams, shape: container, path: index === undefined ? ['name'] : inside }] : []),
    ...(field === 'containers'
      ? []
      : [{ root: ['workflowParams'], patch: params, shape: spec, path: [operatorsName(String(field), params), ...path.slice(2)] }]),
    // A container without a word of its own takes the pod's.
    ...(isContext
      ? [
          { root: ['workflowParams', 'podSpecPatch'], patch: podSpecPatch, shape: spec, path: inside },
          { root: ['workflowParams'], patch: params, shape: spec, path: inside },
        ]
      : []),
  ]
}

/** A pod's field by the name that the operator used for it. */
function operatorsName(field: string, params: Readonly<Record<string, unknown>>): string {
  const [name] = Object.entries(SHARED_FIELDS).find(([, podField]) => podField === field) ?? [field]
  return Object.hasOwn(params, field) && !Object.hasOwn(params, name) ? field : name
}

/** Follows a path through the patch, beside what came of it. */
function trace({ root, patch, shape, path }: Origin, merged: unknown): Found {
  let [place, value, kind, result]: [PropertyKey[], unknown, Shape | undefined, unknown] = [[...root], patch, shape, merged]
  for (const [depth, key] of path.entries()) {
    const next: PropertyKey | undefined = stepIn(value, kind, result, key)
    if (next === undefined)
      return isDirective(value) ? { path: place, depth, isWhole: true } : { path: [...place, ...path.slice(depth)], depth, isWhole: false }
    place = [...place, next]
    value = Reflect.get(Object(value), next)
    kind = kind === undefined ? undefined : memberOf(kind, key)
    result = valueAt(result, [key])
    if (value === null) return { path: place, depth: depth + 1, isWhole: true }
  }
  return { path: place, depth: path.length, isWhole: true }
}

/** The key that leads to the same place in the patch, if it holds it. Elements of a list that merges are found by what they merge by. */
function stepIn(patch: unknown, shape: Shape | undefined, result: unknown, key: PropertyKey): PropertyKey | undefined {
  if (typeof patch !== 'object' || patch === null) return undefined
  if (!Array.isArray(patch) || typeof key !== 'number') return Object.hasOwn(patch, key) ? key : undefined
  if (shape?.kind !== 'list' || shape.merge.by === 'nothing') return key < patch.length ? key : undefined
  const idOf = (element: unknown): unknown => (shape.merge.by === 'key' ? Reflect.get(Object(element), shape.merge.key) : element)
  const index = patch.findIndex((element) => idOf(element) === idOf(valueAt(result, [key])))
  return index < 0 ? undefined : index
}

function memberOf(shape: Shape, key: PropertyKey): Shape | undefined {
  if (shape.kind === 'object') return fieldShape(shape.name, SHARED_FIELDS[String(key)] ?? String(key))
  return shape.kind === 'map' || shape.kind === 'list' ? shape.of : undefined
}

function isDirective(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, '$patch')
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined), value)
}
