import type { CoreV1Event, V1ConfigMap, V1Pod } from '@kubernetes/client-node'
import type { Workflow } from '../../compiler/argo/workflow-types.ts'
import { formatIssues } from '../../compiler/issue.ts'
import { parseRecord } from '../../compiler/record-config-map.ts'
import type { StoredRecord } from '../../compiler/record.ts'
import type { Listed, ReflectorSink } from '../cluster/reflector.ts'
import type { ObservedEvent } from '../observe/observed-event.ts'
import type { ObservedPod } from '../observe/observed-pod.ts'
import { observePod } from '../observe/observe-pod.ts'
import { type ObservedWorkflow, observeWorkflow, withPod } from '../observe/observed-workflow.ts'
import { isOwnAttempt } from '../observe/own-attempt.ts'
import type { KnownRecord } from './finished-record.ts'
import { GoneUids } from './gone-uids.ts'
import { ObjectEvents } from './object-events.ts'
import { WorkflowPods } from './workflow-pods.ts'

/** What the cache tells of one run. */
export interface CachedRun<R extends KnownRecord = KnownRecord> {
  readonly record?: R
  /** Its attempts: pods of ours, and Workflows with their pods. */
  readonly pods: readonly ObservedPod[]
  /** The last that was seen of a pod that went away though its finalizer should have kept it: somebody took that off by hand. */
  readonly vanishedPod?: ObservedPod
}

export interface RunCacheOptions<R extends KnownRecord> {
  /** Whose runs they are. Without it those of whoever the labels name. */
  readonly agentId?: string
  /** What is kept of a record: `remembered`, or all of it. */
  readonly keep: (record: StoredRecord) => R
  /** Something about this run changed. Must only enqueue. */
  readonly onChange: (key: string) => void
  /** A record this runner cannot read, say of a newer schema. It is left alone. */
  readonly onUnreadable: (name: string, problem: string) => void
}

/**
 * The last known records and pods, by run. The key of a run is its record's name.
 *
 * Fed by the reflectors and by the answers to our own writes; what is older than what is known is ignored. It says what was, so
 * nothing is created or ended on its word alone.
 */
export class RunCache<R extends KnownRecord = KnownRecord> {
  readonly #options: RunCacheOptions<R>
  readonly #records = new Map<string, R>()
  readonly #unreadable = new Set<string>()
  /** Attempts, by `attemptKey`: a Workflow and its pod have one name. */
  readonly #pods = new Map<string, ObservedPod | ObservedWorkflow>()
  readonly #workflowPods = new WorkflowPods()
  readonly #podsOfRun = new Map<string, Set<string>>()
  readonly #gone = new GoneUids()
  readonly #vanished = new Map<string, ObservedPod>()
  readonly #events = new ObjectEvents()

  constructor(options: RunCacheOptions<R>) {
    this.#options = options
  }

  run(key: string): CachedRun<R> {
    const record = this.#records.get(key)
    const pods = [...(this.#podsOfRun.get(key) ?? [])].flatMap((attempt) => this.#composed(attempt)).map((pod) => ownedByRun(pod, record))
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

  /** Gives the record as it was put, or as it is known where that is newer; undefined when it cannot be read. */
  putRecord(configMap: V1ConfigMap): StoredRecord | R | undefined {
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
    this.#records.set(name, this.#options.keep(parsed.value))
    if (parsed.value.status.phase === 'Ended') this.#vanished.delete(name)
    this.#options.onChange(name)
    return parsed.value
  }

  putPod(pod: V1Pod): ObservedPod {
    const observed = observePod(pod, this.#options.agentId)
    return observed.ownerWorkflow === null ? this.#putAttempt(observed) : this.#putWorkflowPod(observed, observed.ownerWorkflow)
  }

  putWorkflow(workflow: Workflow): ObservedPod {
    return this.#putAttempt(observeWorkflow(workflow, this.#options.agentId))
  }

  #putAttempt(observed: ObservedPod): ObservedPod {
    if (this.#gone.has(observed.uid)) return observed
    const key = attemptKey(observed.resource, observed.name)
    const known = this.#pods.get(key)
    if (known !== undefined && !isNewer(observed, known)) return known
    if (known !== undefined && known.uid !== observed.uid) this.#dropAttempt(known.resource, known.name, known.uid)
    this.#pods.set(key, observed)
    const attempts = this.#podsOfRun.get(observed.recordName) ?? new Set()
    this.#podsOfRun.set(observed.recordName, attempts.add(key))
    this.#options.onChange(observed.recordName)
    return observed
  }

  #putWorkflowPod(observed: ObservedPod, workflow: string): ObservedPod {
    if (this.#gone.has(observed.uid)) return observed
    const known = this.#workflowPods.get(observed.name)
    if (known !== undefined && !isNewer(observed, known)) return known
    this.#workflowPods.put(workflow, observed)
    this.#options.onChange(observed.recordName)
    return observed
  }

  /** Takes what Kubernetes tells of an object. Of one that is no pod of ours it may be asked for by uid. */
  putEvent(event: CoreV1Event): void {
    this.#events.put(event)
    const { name = '' } = event.involvedObject
    const pod = this.#pods.get(attemptKey('pods', name)) ?? this.#workflowPods.get(name)
    if (pod !== undefined && pod.uid === event.involvedObject.uid) this.#options.onChange(pod.recordName)
  }

  eventsOf(uid: string): readonly ObservedEvent[] {
    return this.#events.of(uid)
  }

  /** The attempt with its pod, where it is a Workflow, and with what Kubernetes tells of either. */
  #composed(key: string): ObservedPod[] {
    const attempt = this.#pods.get(key)
    if (attempt === undefined) return []
    const known = isWorkflowAttempt(attempt) ? this.#workflowPods.newestOf(attempt.name) : undefined
    if (!isWorkflowAttempt(attempt) || known === undefined) return [{ ...attempt, events: this.#events.of(attempt.uid) }]
    return [{ ...withPod(attempt, known), events: this.#events.of(known.pod.uid) }]
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
    const ofWorkflow = this.#workflowPods.get(name)
    if (ofWorkflow === undefined || ofWorkflow.uid !== uid) return this.#dropAttempt('pods', name, uid)
    this.#workflowPods.drop(name, this.#pods.has(attemptKey('workflows', ofWorkflow.ownerWorkflow ?? '')))
    this.#events.forget(ofWorkflow.uid)
    this.#options.onChange(ofWorkflow.recordName)
  }

  dropWorkflow(name: string, uid: string | undefined): void {
    this.#dropAttempt('workflows', name, uid)
  }

  #dropAttempt(resource: ObservedPod['resource'], name: string, uid: string | undefined): void {
    const key = attemptKey(resource, name)
    const known = this.#pods.get(key)
    if (known === undefined || known.uid !== uid) return
    const [composed = known] = this.#composed(key)
    this.#pods.delete(key)
    this.#events.forget(known.uid)
    if (resource === 'workflows') this.#workflowPods.dropWorkflow(name)
    const vanished = this.#vanished.get(known.recordName)
    const isOfLaterAttempt = vanished === undefined || known.attempt >= vanished.attempt
    if (this.#records.get(known.recordName)?.status.phase === 'Queued' && isOfLaterAttempt) this.#vanished.set(known.recordName, composed)
    const attempts = this.#podsOfRun.get(known.recordName)
    attempts?.delete(key)
    if (attempts?.size === 0) this.#podsOfRun.delete(known.recordName)
    this.#options.onChange(known.recordName)
  }

  #retainRecords({ uids, names }: Listed, asOf: string | undefined): void {
    for (const record of this.#records.values()) if (!uids.has(record.uid) && !isAfter(record, asOf)) this.dropRecord(record.name, record.uid)
    for (const name of this.#unreadable) if (!names.has(name)) this.dropRecord(name, undefined)
  }

  #retainPods({ uids }: Listed, asOf: string | undefined): void {
    const known = [...this.#known('pods'), ...this.#workflowPods.present()]
    for (const pod of known) if (!uids.has(pod.uid) && !isAfter(pod, asOf)) this.dropPod(pod.name, pod.uid)
  }

  recordSink(): ReflectorSink<'configmaps'> {
    return {
      replace: (objects, asOf) => {
        this.#retainRecords(listedIn(objects), asOf)
        for (const object of objects) this.putRecord(object)
      },
      retain: (listed, asOf) => this.#retainRecords(listed, asOf),
      upsert: (object) => void this.putRecord(object),
      remove: ({ metadata }) => this.dropRecord(metadata?.name ?? '', metadata?.uid),
    }
  }

  podSink(): ReflectorSink<'pods'> {
    return {
      replace: (objects, asOf) => {
        this.#retainPods(listedIn(objects), asOf)
        for (const object of objects) this.putPod(object)
      },
      retain: (listed, asOf) => this.#retainPods(listed, asOf),
      upsert: (object) => void this.putPod(object),
      remove: ({ metadata }) => {
        this.#gone.note(metadata)
        this.dropPod(metadata?.name ?? '', metadata?.uid)
      },
    }
  }

  workflowSink(): ReflectorSink<'workflows'> {
    return {
      replace: (objects, asOf) => {
        const uids = new Set(objects.map(({ metadata }) => metadata.uid))
        for (const workflow of this.#known('workflows')) if (!uids.has(workflow.uid) && !isAfter(workflow, asOf)) this.dropWorkflow(workflow.name, workflow.uid)
        for (const object of objects) this.putWorkflow(object)
      },
      upsert: (object) => void this.putWorkflow(object),
      remove: ({ metadata }) => {
        this.#gone.note(metadata)
        this.dropWorkflow(metadata.name ?? '', metadata.uid)
      },
    }
  }

  #known(resource: ObservedPod['resource']): ObservedPod[] {
    return [...this.#pods.values()].filter((attempt) => attempt.resource === resource)
  }
}

function listedIn(objects: readonly (V1ConfigMap | V1Pod)[]): Listed {
  return { uids: new Set(objects.map(({ metadata }) => metadata?.uid ?? '')), names: new Set(objects.map(({ metadata }) => metadata?.name ?? '')) }
}

/** The pod that a Job made belongs to the record of the Job's run as if the record had made it: both are found under the uid of the Job. So does one that lost its owner. */
function ownedByRun(pod: ObservedPod, record: KnownRecord | undefined): ObservedPod {
  return record !== undefined && (pod.job !== null || isOwnAttempt(pod, record)) ? { ...pod, ownerUid: record.uid } : pod
}

/** Events expire by themselves, and say nothing by going. */
export function eventSink(cache: Pick<RunCache, 'putEvent'>): ReflectorSink<'events'> {
  return {
    replace: (events) => {
      for (const event of events) cache.putEvent(event)
    },
    upsert: (event) => cache.putEvent(event),
    remove: () => undefined,
  }
}

function attemptKey(resource: ObservedPod['resource'], name: string): string {
  return `${resource}/${name}`
}

function isWorkflowAttempt(attempt: ObservedPod): attempt is ObservedWorkflow {
  return attempt.workflow !== undefined
}

/** It is known in a version that a list of that version could not have shown. */
function isAfter(known: { readonly resourceVersion: string }, asOf: string | undefined): boolean {
  return asOf !== undefined && isNewer(known, { resourceVersion: asOf })
}

/** Kubernetes compares resource versions of one kind as numbers since 1.35; all its storage back ends have always let it. */
function isNewer(one: { readonly resourceVersion: string }, other: { readonly resourceVersion: string }): boolean {
  return BigInt(one.resourceVersion) > BigInt(other.resourceVersion)
}
