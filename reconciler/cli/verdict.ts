import { formatIssues } from '../../compiler/issue.ts'
import { type ClusterError, isClusterError } from '../cluster/cluster-error.ts'
import type { DryRun, NamedObject } from '../cluster/server-side-apply.ts'
import { objectDiff } from './object-diff.ts'
import type { CompiledFile } from './request-file.ts'

/** What applying one object would do. */
export interface Verdict {
  readonly text: string
  readonly isRefused: boolean
}

/**
 * What applying a request would do, object by object. A record that is there decides what only the cluster knows: its uid, its
 * times and where it stands. Throws when the cluster cannot be asked.
 */
export async function verdictsOn({ objects, beside }: CompiledFile, cluster: DryRun): Promise<readonly Verdict[]> {
  const [record] = objects as readonly NamedObject[]
  if (record === undefined) return []
  const live = await cluster.read(record)
  if (live === undefined) return Promise.all(objects.map(async (object) => verdictOn(withoutOwner(object as NamedObject), cluster)))
  const wanted = beside(live)
  if (!wanted.ok) return [{ text: `${nameOf(record)}: what is there cannot be compared:\n${formatIssues(wanted.error)}\n`, isRefused: true }]
  return Promise.all(wanted.value.map(async (object) => verdictOn(object as NamedObject, cluster)))
}

/** A record that is not there has no uid that could be named. */
function withoutOwner({ metadata, ...object }: NamedObject): NamedObject {
  const { ownerReferences: _owners, ...kept } = metadata
  return { ...object, metadata: kept }
}

async function verdictOn(object: NamedObject, cluster: DryRun): Promise<Verdict> {
  try {
    const live = await cluster.read(object)
    if (live !== undefined && NEVER_CHANGED.has(object.kind)) return await verdictOnStarted(live, object, cluster)
    const diff = objectDiff(live, await cluster.apply(object))
    return { text: diff === '' ? `${nameOf(object)}: unchanged\n` : diff, isRefused: false }
  } catch (error) {
    if (!isClusterError(error, 'Forbidden', 'QuotaExceeded', 'Rejected', 'Invalid', 'NotFound', 'Conflict')) throw error
    return { text: `${nameOf(object)}: refused (${error.code}): ${wordsOf(error, object)}\n`, isRefused: true }
  }
}

/** What belongs to one run is created once and never changed. */
const NEVER_CHANGED: ReadonlySet<string> = new Set(['Pod', 'Secret', 'Workflow'])
const NOT_CHANGED = 'is there already, and runs are not changed once started'

async function verdictOnStarted(live: NamedObject, object: NamedObject, cluster: DryRun): Promise<Verdict> {
  try {
    const [found, wanted] = comparable(live, await cluster.createAnew(object))
    const diff = objectDiff(found, wanted)
    return { text: diff === '' ? `${nameOf(object)}: unchanged\n` : `${nameOf(object)} ${NOT_CHANGED}; a new one would differ:\n${diff}`, isRefused: false }
  } catch (error) {
    // Such as a quota that this very pod uses up.
    if (!isClusterError(error, 'Forbidden', 'QuotaExceeded', 'Rejected', 'Invalid')) throw error
    return { text: `${nameOf(object)} ${NOT_CHANGED}; a new one would be refused (${error.code}): ${error.message}\n`, isRefused: false }
  }
}

/** Leaves out what scheduler, kubelet and controllers have written on the live object, and names that are random. */
function comparable(live: NamedObject, wanted: NamedObject): readonly [NamedObject, NamedObject] {
  const { labels, annotations } = wanted.metadata
  const metadata = { ...live.metadata, labels: keysOf(live.metadata['labels'], labels), annotations: keysOf(live.metadata['annotations'], annotations) }
  const { nodeName: _node, ...spec } = Object(live['spec']) as Readonly<Record<string, unknown>>
  const found = { ...live, metadata, ...(live['spec'] === undefined ? {} : { spec }) }
  return [withPlainTokenVolume(found), withPlainTokenVolume(wanted)]
}

function keysOf(live: unknown, wanted: unknown): object | undefined {
  if (live === undefined) return undefined
  return Object.fromEntries(Object.entries(Object(live) as object).filter(([key]) => key in (Object(wanted) as object)))
}

/** The API server gives the volume of the service account's token a random name. */
function withPlainTokenVolume(object: NamedObject): NamedObject {
  return JSON.parse(JSON.stringify(object).replaceAll(/"kube-api-access-[a-z0-9]{5}"/g, '"kube-api-access"')) as NamedObject
}

function wordsOf(error: ClusterError, { apiVersion, kind }: NamedObject): string {
  // The API server answers a path that it does not serve in plain text, which the transport does not repeat.
  const isUnknownKind = error.code === 'NotFound' && /not the API server's own answer|could not find the requested resource/.test(error.message)
  if (!isUnknownKind || !apiVersion.startsWith('argoproj.io/')) return error.message
  return `this cluster knows no ${kind} of ${apiVersion}: install Argo Workflows or set EXECUTOR_TYPE=simpleK8s`
}

function nameOf({ kind, metadata }: NamedObject): string {
  return `${kind}/${metadata.name}`
}
