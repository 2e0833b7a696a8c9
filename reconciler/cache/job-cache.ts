import type { V1Job } from '@kubernetes/client-node'
import { recordName } from '../../compiler/names.ts'
import type { ReflectorSink } from '../cluster/reflector.ts'
import { type ObservedJob, observeJob } from '../observe/observed-job.ts'

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
  readonly #deleted = new Set<string>()

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
    const job = observeJob(object)
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
  markDeleted(uid: string): void {
    this.#deleted.add(uid)
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
        const uids = new Set(objects.map(({ metadata }) => metadata?.uid))
        for (const { uid } of this.#jobs.values()) if (!uids.has(uid)) this.drop(uid)
        for (const uid of this.#deleted) if (!uids.has(uid)) this.drop(uid)
        for (const object of objects) this.put(object)
      },
      upsert: (object) => void this.put(object),
      remove: ({ metadata }) => this.drop(metadata?.uid ?? ''),
    }
  }

  #keyOf(uid: string): string {
    return recordName(uid, this.#options.agentId)
  }
}
