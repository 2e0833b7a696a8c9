import type { V1ConfigMap } from '@kubernetes/client-node'
import { formatIssues } from '../../compiler/issue.ts'
import { LABEL_PIPELINE_ID } from '../../compiler/labels.ts'
import { parseSchedule } from '../../compiler/schedule/schedule-config-map.ts'
import type { StoredSchedule } from '../../compiler/schedule/schedule-record.ts'
import type { ReflectorSink } from '../cluster/reflector.ts'
import { type CronKind, type CronObject, observeCron, type ObservedCron } from './observed-cron.ts'

export interface ScheduleCacheOptions {
  /** Something about the schedule of this pipeline changed. Must only enqueue. */
  readonly onChange: (pipelineId: string) => void
  /** A revision that was to fire was deleted by somebody else. Must only enqueue. */
  readonly onVanished: (revision: StoredSchedule) => void
  /** A revision this runner cannot read, say of a newer schema. Its pipeline is left alone. */
  readonly onUnreadable: (name: string, problem: string) => void
}

/** The last known revisions of schedules and their CronJobs (CronWorkflows), by pipeline. */
export class ScheduleCache {
  readonly #options: ScheduleCacheOptions
  readonly #revisions = new Map<string, StoredSchedule>()
  /** Pipeline of each revision that cannot be read, by its name. */
  readonly #unreadable = new Map<string, string>()
  /** uids of revisions that this runner deletes. */
  readonly #leaving = new Set<string>()
  readonly #namesOfPipeline = new Map<string, Set<string>>()
  /** By pipeline and kind: there is one, whose name is a function of the pipeline. */
  readonly #crons: Readonly<Record<CronKind, Map<string, ObservedCron>>> = { cronjobs: new Map(), cronworkflows: new Map() }

  constructor(options: ScheduleCacheOptions) {
    this.#options = options
  }

  revisions(pipelineId: string): StoredSchedule[] {
    return [...(this.#namesOfPipeline.get(pipelineId) ?? [])].flatMap((name) => this.#revisions.get(name) ?? [])
  }

  revision(name: string): StoredSchedule | undefined {
    return this.#revisions.get(name)
  }

  cron(kind: CronKind, pipelineId: string): ObservedCron | undefined {
    return this.#crons[kind].get(pipelineId)
  }

  isUnreadable(pipelineId: string): boolean {
    return [...this.#unreadable.values()].includes(pipelineId)
  }

  /** Pipelines that have a schedule or a CronJob. */
  pipelineIds(): Set<string> {
    return new Set([...this.#namesOfPipeline.keys(), ...this.#crons.cronjobs.keys(), ...this.#crons.cronworkflows.keys()])
  }

  putRevision(configMap: V1ConfigMap): StoredSchedule | undefined {
    const name = configMap.metadata?.name ?? ''
    const parsed = parseSchedule(configMap)
    if (!parsed.ok) return this.#putUnreadable(name, configMap, formatIssues(parsed.error))
    const revision = parsed.value
    const known = this.#revisions.get(name)
    if (known !== undefined && !isNewer(revision, known)) return known
    this.#unreadable.delete(name)
    this.#revisions.set(name, revision)
    const names = this.#namesOfPipeline.get(revision.spec.pipeline.id) ?? new Set()
    this.#namesOfPipeline.set(revision.spec.pipeline.id, names.add(name))
    this.#options.onChange(revision.spec.pipeline.id)
    return revision
  }

  #putUnreadable(name: string, { metadata }: V1ConfigMap, problem: string): undefined {
    if (!this.#unreadable.has(name)) this.#options.onUnreadable(name, problem)
    this.#unreadable.set(name, metadata?.labels?.[LABEL_PIPELINE_ID] ?? '')
    this.#forget(name)
    return undefined
  }

  /** To be called before this runner deletes a revision. */
  expectGone(uid: string): void {
    this.#leaving.add(uid)
  }

  /** Forgets a revision; one of the same name with another uid stays. */
  dropRevision(name: string, uid: string | undefined): void {
    const pipelineOfUnreadable = this.#unreadable.get(name)
    this.#unreadable.delete(name)
    const known = this.#revisions.get(name)
    if (known !== undefined && known.uid === uid) {
      this.#forget(name)
      if (!this.#leaving.delete(known.uid) && known.status.phase === 'Active') this.#options.onVanished(known)
    }
    const pipelineId = pipelineOfUnreadable ?? known?.spec.pipeline.id
    if (pipelineId !== undefined) this.#options.onChange(pipelineId)
  }

  putCron(object: CronObject): ObservedCron {
    const cron = observeCron(object)
    const crons = this.#crons[cron.kind]
    const known = crons.get(cron.pipelineId)
    if (known !== undefined && !isNewer(cron, known)) return known
    crons.set(cron.pipelineId, cron)
    this.#options.onChange(cron.pipelineId)
    return cron
  }

  dropCron(kind: CronKind, uid: string): void {
    const known = this.#crons[kind].values().find((cron) => cron.uid === uid)
    if (known === undefined) return
    this.#crons[kind].delete(known.pipelineId)
    this.#options.onChange(known.pipelineId)
  }

  revisionSink(): ReflectorSink<'configmaps'> {
    return {
      replace: (objects) => {
        const names = new Set(objects.map(({ metadata }) => metadata?.name))
        for (const { name, uid } of this.#revisions.values()) if (!names.has(name)) this.dropRevision(name, uid)
        for (const name of this.#unreadable.keys()) if (!names.has(name)) this.dropRevision(name, undefined)
        for (const object of objects) this.putRevision(object)
      },
      upsert: (object) => void this.putRevision(object),
      remove: ({ metadata }) => this.dropRevision(metadata?.name ?? '', metadata?.uid),
    }
  }

  cronSink<K extends CronKind>(kind: K): ReflectorSink<K> {
    return {
      replace: (objects) => {
        const uids = new Set(objects.map(({ metadata }) => metadata?.uid))
        for (const { uid } of this.#crons[kind].values()) if (!uids.has(uid)) this.dropCron(kind, uid)
        for (const object of objects) this.putCron(object)
      },
      upsert: (object) => void this.putCron(object),
      remove: ({ metadata }) => this.dropCron(kind, metadata?.uid ?? ''),
    }
  }

  #forget(name: string): void {
    const known = this.#revisions.get(name)
    if (known === undefined) return
    this.#revisions.delete(name)
    const names = this.#namesOfPipeline.get(known.spec.pipeline.id)
    names?.delete(name)
    if (names?.size === 0) this.#namesOfPipeline.delete(known.spec.pipeline.id)
  }
}

function isNewer(one: { readonly resourceVersion: string }, other: { readonly resourceVersion: string }): boolean {
  return BigInt(one.resourceVersion) > BigInt(other.resourceVersion)
}
