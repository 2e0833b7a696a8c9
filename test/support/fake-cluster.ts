import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Cluster, JsonPatchStep, Kind, ListPage, PodLogOptions, Precondition, Selection, WatchEvent, Wire } from '../../reconciler/cluster/cluster.ts'
import { ClusterError, type ClusterErrorCode } from '../../reconciler/cluster/cluster-error.ts'
import { Changes } from './changes.ts'
import { EventLog } from './event-log.ts'
import { FakeLogs } from './fake-logs.ts'
import { type Fault, Faults, isWrite, type Verb } from './faults.ts'
import { jsonPatched, mergePatched } from './json-merge.ts'

/** The kinds that have owners. */
const DEPENDENTS = ['secrets', 'cronjobs', 'cronworkflows', 'jobs', 'workflows', 'pods'] as const

/** The garbage collector's own finalizer. */
const FOREGROUND = 'foregroundDeletion'

/** A cluster in memory: names, versions, finalizers, owners, watches. No defaulting, no admission, and pods run only when told. */
export class FakeCluster implements Cluster {
  readonly changes = new Changes()
  /** `verb kind`, in order. A create that is only tried is `dryRun`. */
  readonly calls: string[] = []
  readonly logs: FakeLogs
  readonly events = new EventLog()
  readonly #objects = new Map<string, Wire<Kind>>()
  readonly #now: () => number
  readonly #faults = new Faults()

  constructor(now: () => number = Date.now) {
    this.#now = now
    this.logs = new FakeLogs(this.changes, now())
  }

  /** The call of this sort fails; those before it that `skip` counts go well. */
  failNext(verb: Fault['verb'], code: ClusterErrorCode, options: Omit<Fault, 'verb' | 'code'> = {}): void {
    this.#faults.add({ verb, code, ...options })
  }

  writes(): string[] {
    return this.calls.filter((call) => isWrite(call.split(' ')[0] ?? ''))
  }

  /** Puts an object as it is, whoever made it: uid, status, deletionTimestamp and all. */
  put<K extends Kind>(kind: K, object: Wire<K>): Wire<K> {
    const { metadata = {} } = object
    const { uid = randomUUID(), creationTimestamp = this.#time() as unknown as Date } = metadata
    return this.#store(kind, { ...object, metadata: { namespace: 'collate', ...metadata, uid, creationTimestamp } })
  }

  find<K extends Kind>(kind: K, name: string): Wire<K> | undefined {
    const found = this.#objects.get(`${kind}/${name}`)
    return found === undefined ? undefined : (structuredClone(found) as Wire<K>)
  }

  all<K extends Kind>(kind: K): Wire<K>[] {
    return [...this.#objects.entries()].filter(([key]) => key.startsWith(`${kind}/`)).map(([, object]) => structuredClone(object) as Wire<K>)
  }

  /** Deletes what has owners, none of which is there. Done at once when an owner goes; to be asked for when objects were `put`. */
  collectGarbage(): void {
    const uids = new Set([...this.#objects.values()].map(({ metadata }) => metadata?.uid))
    for (const kind of DEPENDENTS) {
      for (const object of this.all(kind)) {
        const owners = object.metadata?.ownerReferences ?? []
        if (owners.length > 0 && owners.every(({ uid }) => !uids.has(uid))) this.#delete(kind, object)
      }
    }
  }

  async create<K extends Kind>(kind: K, object: Wire<K>, { dryRun = false } = {}): Promise<Wire<K>> {
    const name = object.metadata?.name ?? ''
    return this.#call(dryRun ? 'dryRun' : 'create', kind, () => {
      if (this.find(kind, name) !== undefined) throw new ClusterError('AlreadyExists', `${kind} "${name}" already exists`)
      return dryRun ? structuredClone(object) : this.put(kind, object)
    })
  }

  async read<K extends Kind>(kind: K, name: string): Promise<Wire<K> | undefined> {
    return this.#call('read', kind, () => this.find(kind, name))
  }

  async mergePatch<K extends Kind>(kind: K, name: string, patch: { readonly metadata?: { readonly resourceVersion?: string } }): Promise<Wire<K>> {
    return this.#call('mergePatch', kind, () => {
      const known = this.#mustFind(kind, name)
      const wanted = patch.metadata?.resourceVersion
      if (wanted !== undefined && wanted !== known.metadata?.resourceVersion) throw new ClusterError('Conflict', `${kind} "${name}" has been modified`)
      return this.#update(kind, known, mergePatched(known, patch) as Wire<K>)
    })
  }

  async jsonPatch<K extends Kind>(kind: K, name: string, steps: readonly JsonPatchStep[], { dryRun = false } = {}): Promise<Wire<K>> {
    return this.#call(dryRun ? 'dryRun' : 'jsonPatch', kind, () => {
      const known = this.#mustFind(kind, name)
      const patched = jsonPatched(known, steps)
      return dryRun ? patched : this.#update(kind, known, patched)
    })
  }

  async delete(kind: Kind, name: string, { uid }: Precondition, { isForeground = false } = {}): Promise<void> {
    await this.#call('delete', kind, () => {
      const known = this.find(kind, name)
      if (known === undefined || known.metadata?.uid !== uid) return
      if (isForeground) this.#deleteInForeground(kind, known)
      else this.#delete(kind, known)
    })
  }

  /** What it owns goes first; it is held by a finalizer of the garbage collector until then. */
  #deleteInForeground<K extends Kind>(kind: K, owner: Wire<K>): void {
    const finalizers = [...new Set([...(owner.metadata?.finalizers ?? []), FOREGROUND])]
    this.#store(kind, {
      ...owner,
      metadata: {
        ...owner.metadata,
        deletionTimestamp: owner.metadata?.deletionTimestamp ?? (this.#time() as unknown as Date),
        deletionGracePeriodSeconds: 0,
        finalizers,
      },
    })
    for (const pod of this.#podsOf(owner)) this.#delete('pods', pod)
    this.#endForegroundDeletions()
  }

  #podsOf({ metadata }: Wire<Kind>): Wire<'pods'>[] {
    return this.all('pods').filter((pod) => pod.metadata?.ownerReferences?.some(({ uid }) => uid === metadata?.uid) === true)
  }

  #endForegroundDeletions(): void {
    for (const kind of DEPENDENTS) {
      for (const object of this.all(kind)) {
        const finalizers = object.metadata?.finalizers ?? []
        if (!finalizers.includes(FOREGROUND) || this.#podsOf(object).length > 0) continue
        this.#store(kind, { ...object, metadata: { ...object.metadata, finalizers: finalizers.filter((one) => one !== FOREGROUND) } })
      }
    }
  }

  async list<K extends Kind>(kind: K, { limit, continueToken = '0', ...selection }: Parameters<Cluster['list']>[1]): Promise<ListPage<K>> {
    return this.#call('list', kind, () => {
      const matching = this.all(kind)
        .filter((object) => isSelected(object, selection))
        .toSorted(byName)
      const end = Number(continueToken) + limit
      const page = { items: matching.slice(Number(continueToken), end), resourceVersion: String(this.events.version()) }
      return end < matching.length ? { ...page, continueToken: String(end) } : page
    })
  }

  async *watch<K extends Kind>(kind: K, options: Parameters<Cluster['watch']>[1]): AsyncIterable<WatchEvent<K>> {
    await this.#call('watch', kind, () => undefined)
    yield* this.events.follow<K>(kind, options, (object) => isSelected(object, options))
  }

  async readPodLog(name: string, { tailLines, limitBytes }: { tailLines: number; limitBytes: number }): Promise<string | undefined> {
    this.calls.push('read log')
    if (!this.#hasStarted(name)) return undefined
    const tail = this.logs.tail(name, tailLines)
    return tail === undefined
      ? undefined
      : Buffer.from(tail)
          .subarray(-limitBytes)
          .toString('utf8')
          .replace(/^\uFFFD+/, '')
  }

  async *streamPodLog(name: string, options: PodLogOptions): AsyncIterable<Uint8Array> {
    await this.#call('log', 'pods', () => {
      this.#mustFind('pods', name)
      if (this.find('pods', name)?.status?.containerStatuses?.some(({ state }) => state?.waiting !== undefined) === true)
        throw new ClusterError('Invalid', `container "${options.container}" in pod "${name}" is waiting to start`)
      if (this.logs.isGone(name)) throw new ClusterError('NotFound', `unable to retrieve container logs for ${name}`)
    })
    const isOver = (): boolean => this.find('pods', name)?.status?.containerStatuses?.every(({ state }) => state?.terminated !== undefined) ?? true
    yield* this.logs.stream(name, options, isOver)
  }

  #hasStarted(name: string): boolean {
    return this.find('pods', name)?.status?.containerStatuses?.some(({ state }) => state?.waiting === undefined) ?? false
  }

  async version(): Promise<string> {
    return 'v1.35.4'
  }

  async #call<T>(verb: Verb, kind: Kind, act: () => T): Promise<T> {
    this.calls.push(`${verb} ${kind}`)
    await Promise.resolve()
    try {
      return this.#faults.apply(verb, kind, act)
    } finally {
      this.changes.notify()
    }
  }

  #mustFind<K extends Kind>(kind: K, name: string): Wire<K> {
    const found = this.find(kind, name)
    if (found === undefined) throw new ClusterError('NotFound', `${kind} "${name}" not found`)
    return found
  }

  #update<K extends Kind>(kind: K, known: Wire<K>, wanted: Wire<K>): Wire<K> {
    return isDeepStrictEqual(known, wanted) ? known : this.#store(kind, wanted)
  }

  /** Stores a new version; one that is being deleted goes with its last finalizer, unless a node has still to let go of it. */
  #store<K extends Kind>(kind: K, object: Wire<K>): Wire<K> {
    const key = `${kind}/${object.metadata?.name}`
    const stored: Wire<K> = { ...structuredClone(object), metadata: { ...structuredClone(object.metadata), resourceVersion: String(this.events.next()) } }
    const { deletionTimestamp, finalizers = [], deletionGracePeriodSeconds = 0 } = stored.metadata ?? {}
    const isGone = deletionTimestamp !== undefined && finalizers.length === 0 && deletionGracePeriodSeconds === 0
    const type = isGone ? 'DELETED' : this.#objects.has(key) ? 'MODIFIED' : 'ADDED'
    if (isGone) this.#objects.delete(key)
    else this.#objects.set(key, stored)
    this.events.add(kind, { type, object: structuredClone(stored) })
    if (isGone) {
      this.collectGarbage()
      this.#endForegroundDeletions()
    }
    this.changes.notify()
    return structuredClone(stored)
  }

  /** A pod that a node holds gets its grace period; the node (the test) ends it. */
  #delete(kind: Kind, { metadata, ...rest }: Wire<Kind>): void {
    if (metadata?.deletionTimestamp !== undefined) return
    const pod = kind === 'pods' ? this.find('pods', metadata?.name ?? '') : undefined
    const isHeld = pod?.spec?.nodeName !== undefined && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed'
    const grace = isHeld ? (pod.spec?.terminationGracePeriodSeconds ?? 30) : 0
    const deletionTimestamp = this.#time(grace) as unknown as Date
    this.#store(kind, { ...rest, metadata: { ...metadata, deletionTimestamp, deletionGracePeriodSeconds: grace } })
  }

  #time(laterSeconds = 0): string {
    return `${new Date(this.#now() + laterSeconds * 1000).toISOString().slice(0, 19)}Z`
  }
}

function byName(one: Wire<Kind>, other: Wire<Kind>): number {
  return (one.metadata?.name ?? '') < (other.metadata?.name ?? '') ? -1 : 1
}

/** Selectors of the form `key=value,key`, and for the object's own fields `field!=value`. */
function isSelected(object: Wire<Kind>, { labelSelector, fieldSelector = '' }: Selection): boolean {
  const { metadata } = object
  const hasFields = partsOf(fieldSelector).every((part) => {
    const [field = '', value = ''] = part.split('!=')
    return String(Reflect.get(object, field)) !== value
  })
  if (!hasFields) return false
  return partsOf(labelSelector).every((part) => {
    const [key = '', value] = part.split('=')
    const label = metadata?.labels?.[key]
    return value === undefined ? label !== undefined : label === value
  })
}

function partsOf(selector: string): string[] {
  return selector === '' ? [] : selector.split(',')
}
