import type { CoreV1Event, V1ConfigMap, V1Pod } from '@kubernetes/client-node'
import { formatIssues } from '../../compiler/issue.ts'
import { parseRecord } from '../../compiler/record-config-map.ts'
import type { StoredRecord } from '../../compiler/record.ts'
import type { ReflectorSink } from '../cluster/reflector.ts'
import type { ObservedEvent } from '../observe/observed-event.ts'
import { type ObservedPod, observePod } from '../observe/observed-pod.ts'
import { ObjectEvents } from './object-events.ts'

/** What the cache tells of one run. */
export interface CachedRun {
  readonly record?: StoredRecord
  readonly pods: readonly ObservedPod[]
  /** The last that was seen of a pod that went away though its finalizer should have kept it: somebody took that off by hand. */
  readonly vanishedPod?: ObservedPod
}

export interface RunCacheOptions {
  /** Whose runs they are. Without it those of whoever the labels name. */
  readonly agentId?: string
  /** Something about this run changed. Must only enqueue. */
  readonly onChange: (key: string) => void
  /** A record this runner cannot read, say of a newer schema. It is left alone. */
  readonly onUnreadable: (name: string, problem: string) => void
}

/**
 * The last known records and pods, by run. The key of a run is its record's name.
 *
 * Fed by two reflectors and by the answers to our own writes; what is older than what is known is ignored. It says what was, so
 * nothing is created or ended on its word alone.
 */
export class RunCache {
  readonly #options: RunCacheOptions
  readonly #records = new Map<string, StoredRecord>()
  readonly #unreadable = new Set<string>()
  readonly #pods = new Map<string, ObservedPod>()
  readonly #podsOfRun = new Map<string, Set<string>>()
  readonly #vanished = new Map<string, ObservedPod>()
  readonly #events = new ObjectEvents()

  constructor(options: RunCacheOptions) {
    this.#options = options
  }

  run(key: string): CachedRun {
    const record = this.#records.get(key)
    const pods = [...(this.#podsOfRun.get(key) ?? [])].flatMap((name) => this.#withEvents(name)).map((pod) => ownedByRun(pod, record))
    const vanished = this.#vanished.get(key)
    const vanishedPod = vanished === undefined ? undefined : ownedByRun(vanished, record)
    return { pods, ...(record === undefined ? {} : { record }), ...(vanishedPod === undefined ? {} : { vanishedPod }) }
  }

  /** Every run that has a record or a pod. */
  keys(): Set<string> {
    return new Set([...this.#records.keys(), ...this.#podsOfRun.keys()])
  }

  /** The record stands in the cluster in a form this runner cannot read; its run must not be touched. */
  isUnreadable(key: string): boolean {
    return this.#unreadable.has(key)
  }

  putRecord(configMap: V1ConfigMap): StoredRecord | undefined {
    const name = configMap.metadata?.name ?? ''
    const parsed = parseRecord(configMap)
    if (!parsed.ok) {
      if (!this.#unreadable.has(name)) this.#options.onUnreadable(name, formatIssues(parsed.error))
      this.#unreadable.add(name)
      this.#records.delete(name)
      return undefined
    }
    const known = this.#records.get(name)
    if (known !== undefined && !isNewer(parsed.value, known)) return known
    // Another uid is another object: the first one is gone, whoever told it or forgot to.
    if (known !== undefined && known.uid !== parsed.value.uid) this.dropRecord(name, known.uid)
    this.#unreadable.delete(name)
    this.#records.set(name, parsed.value)
    if (parsed.value.status.phase === 'Ended') this.#vanished.delete(name)
    this.#options.onChange(name)
    return parsed.value
  }

  putPod(pod: V1Pod): ObservedPod {
    const observed = observePod(pod, this.#options.agentId)
    const known = this.#pods.get(observed.name)
    if (known !== undefined && !isNewer(observed, known)) return known
    if (known !== undefined && known.uid !== observed.uid) this.dropPod(known.name, known.uid)
    this.#pods.set(observed.name, observed)
    const names = this.#podsOfRun.get(observed.recordName) ?? new Set()
    this.#podsOfRun.set(observed.recordName, names.add(observed.name))
    this.#options.onChange(observed.recordName)
    return observed
  }

  /** Takes what Kubernetes tells of an object. Of one that is no pod of ours it may be asked for by uid. */
  putEvent(event: CoreV1Event): void {
    this.#events.put(event)
    const pod = this.#pods.get(event.involvedObject.name ?? '')
    if (pod !== undefined && pod.uid === event.involvedObject.uid) this.#options.onChange(pod.recordName)
  }

  eventsOf(uid: string): readonly ObservedEvent[] {
    return this.#events.of(uid)
  }

  #withEvents(podName: string): ObservedPod[] {
    const pod = this.#pods.get(podName)
    return pod === undefined ? [] : [{ ...pod, events: this.#events.of(pod.uid) }]
  }

  /** Forgets a record; one of the same name with another uid stays. */
  dropRecord(name: string, uid: string | undefined): void {
    const wasUnreadable = this.#unreadable.delete(name)
    if (this.#records.get(name)?.uid !== uid && !wasUnreadable) return
    this.#records.delete(name)
    this.#vanished.delete(name)
    this.#options.onChange(name)
  }

  dropPod(name: string, uid: string | undefined): void {
    const known = this.#pods.get(name)
    if (known === undefined || known.uid !== uid) return
    this.#pods.delete(name)
    this.#events.forget(known.uid)
    const vanished = this.#vanished.get(known.recordName)
    const isOfLaterAttempt = vanished === undefined || known.attempt >= vanished.attempt
    if (this.#records.get(known.recordName)?.status.phase === 'Queued' && isOfLaterAttempt) this.#vanished.set(known.recordName, known)
    const names = this.#podsOfRun.get(known.recordName)
    names?.delete(name)
    if (names?.size === 0) this.#podsOfRun.delete(known.recordName)
    this.#options.onChange(known.recordName)
  }

  recordSink(): ReflectorSink<'configmaps'> {
    return {
      replace: (objects, asOf) => {
        const uids = new Set(objects.map(({ metadata }) => metadata?.uid))
        for (const record of this.#records.values()) if (!uids.has(record.uid) && !isAfter(record, asOf)) this.dropRecord(record.name, record.uid)
        const names = new Set(objects.map(({ metadata }) => metadata?.name))
        for (const name of this.#unreadable) if (!names.has(name)) this.dropRecord(name, undefined)
        for (const object of objects) this.putRecord(object)
      },
      upsert: (object) => void this.putRecord(object),
      remove: ({ metadata }) => this.dropRecord(metadata?.name ?? '', metadata?.uid),
    }
  }

  podSink(): ReflectorSink<'pods'> {
    return {
      replace: (objects, asOf) => {
        const uids = new Set(objects.map(({ metadata }) => metadata?.uid))
        for (const pod of this.#pods.values()) if (!uids.has(pod.uid) && !isAfter(pod, asOf)) this.dropPod(pod.name, pod.uid)
        for (const object of objects) this.putPod(object)
      },
      upsert: (object) => void this.putPod(object),
      remove: ({ metadata }) => this.dropPod(metadata?.name ?? '', metadata?.uid),
    }
  }
}

/** The pod that a Job made belongs to the record of the Job's run as if the record had made it. */
function ownedByRun(pod: ObservedPod, record: StoredRecord | undefined): ObservedPod {
  return record !== undefined && pod.job !== null && pod.job.uid === record.spec.runId ? { ...pod, ownerUid: record.uid } : pod
}

/** Events expire by themselves, and say nothing by going. */
export function eventSink(cache: RunCache): ReflectorSink<'events'> {
  return {
    replace: (events) => {
      for (const event of events) cache.putEvent(event)
    },
    upsert: (event) => cache.putEvent(event),
    remove: () => undefined,
  }
}

/** It is known in a version that a list of that version could not have shown. */
function isAfter(known: { readonly resourceVersion: string }, asOf: string | undefined): boolean {
  return asOf !== undefined && isNewer(known, { resourceVersion: asOf })
}

/** Kubernetes compares resource versions of one kind as numbers since 1.35; all its storage back ends have always let it. */
function isNewer(one: { readonly resourceVersion: string }, other: { readonly resourceVersion: string }): boolean {
  return BigInt(one.resourceVersion) > BigInt(other.resourceVersion)
}
