import type { V1Job } from '@kubernetes/client-node'
import type { Workflow } from '../../compiler/argo/workflow-types.ts'
import { recordName } from '../../compiler/names.ts'
import type { ReflectorSink } from '../cluster/reflector.ts'
import { type ObservedJob, observeJob, observeScheduledWorkflow } from '../observe/observed-job.ts'

export interface JobCacheOptions {
  readonly agentId: string
  /** The Job of this run came, changed or went. Must only enqueue. */
  readonly onChange: (runKey: string, job: ObservedJob) => void
}

/** The last known Jobs of schedules, by the key of their run: the name of its record. */
export class JobCache {
  readonly #options: JobCacheOptions
  readonly #jobs = new Map<string, ObservedJob>()
  readonly #keysOfSchedule = new Map<string, Set<string>>()
  /** uids that were deleted by us, until the watch says so: what it still tells of them is old. */
  readonly #deleted = new Map<string, ObservedJob['resource']>()

  constructor(options: JobCacheOptions) {
    this.#options = options
  }

  of(runKey: string): ObservedJob | undefined {
    return this.#jobs.get(runKey)
  }

  keys(): string[] {
    return [...this.#jobs.keys()]
  }

  /** The runs that this revision of a schedule started and whose Jobs are there. */
  runsOfSchedule(scheduleName: string): string[] {
    return [...(this.#keysOfSchedule.get(scheduleName) ?? [])]
  }

  put(object: V1Job): ObservedJob {
    return this.#put(observeJob(object))
  }

  /** A Workflow that the runner made is none of a schedule's. */
  putWorkflow(object: Workflow): void {
    const job = observeScheduledWorkflow(object)
    if (job !== undefined) this.#put(job)
  }

  #put(job: ObservedJob): ObservedJob {
    if (this.#deleted.has(job.uid)) return job
    const key = this.#keyOf(job.uid)
    const known = this.#jobs.get(key)
    if (known !== undefined && BigInt(known.resourceVersion) >= BigInt(job.resourceVersion)) return known
    this.#jobs.set(key, job)
    const keys = this.#keysOfSchedule.get(job.scheduleName) ?? new Set()
    this.#keysOfSchedule.set(job.scheduleName, keys.add(key))
    this.#options.onChange(key, job)
    return job
  }

  /** It was deleted just now, and its run must not be taken for one without a record. */
  markDeleted({ uid, resource }: Pick<ObservedJob, 'uid' | 'resource'>): void {
    this.#deleted.set(uid, resource)
    this.#forget(uid)
  }

  /** It is gone. */
  drop(uid: string): void {
    this.#deleted.delete(uid)
    this.#forget(uid)
  }

  #forget(uid: string): void {
    const key = this.#keyOf(uid)
    const job = this.#jobs.get(key)
    if (job === undefined) return
    this.#jobs.delete(key)
    const keys = this.#keysOfSchedule.get(job.scheduleName)
    keys?.delete(key)
    if (keys?.size === 0) this.#keysOfSchedule.delete(job.scheduleName)
    this.#options.onChange(key, job)
  }

  sink(): ReflectorSink<'jobs'> {
    return {
      replace: (objects) => {
        this.#keepOnly('jobs', new Set(objects.map(({ metadata }) => metadata?.uid ?? '')))
        for (const object of objects) this.put(object)
      },
      upsert: (object) => void this.put(object),
      remove: ({ metadata }) => this.drop(metadata?.uid ?? ''),
    }
  }

  workflowSink(): ReflectorSink<'workflows'> {
    return {
      replace: (objects) => {
        this.#keepOnly('workflows', new Set(objects.map(({ metadata }) => metadata.uid ?? '')))
        for (const object of objects) this.putWorkflow(object)
      },
      upsert: (object) => this.putWorkflow(object),
      remove: ({ metadata }) => this.drop(metadata.uid ?? ''),
    }
  }

  #keepOnly(resource: ObservedJob['resource'], uids: ReadonlySet<string>): void {
    for (const job of this.#jobs.values()) if (job.resource === resource && !uids.has(job.uid)) this.drop(job.uid)
    for (const [uid, of] of this.#deleted) if (of === resource && !uids.has(uid)) this.drop(uid)
  }

  #keyOf(uid: string): string {
    return recordName(uid, this.#options.agentId)
  }
}
