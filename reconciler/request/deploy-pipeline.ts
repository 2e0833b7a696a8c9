import type { z } from 'zod'
import { admitSchedule, type AdmittedSchedule } from '../../compiler/admit-schedule.ts'
import { type Payload, payloadSecret } from '../../compiler/payload.ts'
import { scheduleConfigMap } from '../../compiler/schedule/schedule-config-map.ts'
import type { ScheduleStatus, StoredSchedule } from '../../compiler/schedule/schedule-record.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import { pipelineReference, type ServiceResponse } from '../link/protocol.ts'
import { patchSchedule } from '../schedule/execute-schedule.ts'
import { answer, InvalidRequest } from './answer.ts'
import type { RequestContext } from './request-context.ts'
import { retireSchedule } from './retire-schedule.ts'
import { newestOf, superseded, toldWithNextRun, unreadable, withFreshState } from './schedule-state.ts'

/**
 * `pipeline/deploy`: writes the revision of the schedule and its payload, and only then accepts. The reconciler makes the CronJob.
 *
 * A pipeline without a schedule loses the one it had. A repeat writes nothing that is there; what is older than what is known
 * changes nothing. A request that is refused leaves nothing behind.
 */
export async function deployPipeline(params: unknown, context: RequestContext): Promise<ServiceResponse> {
  const answered = await deployListed(params, context)
  context.schedules.words.noteAnswer(referenceIn(params).id, context.effects.now())
  return answered
}

/** The same for what a sync has brought: the server has it saved. */
export async function deployListed(params: unknown, context: RequestContext): Promise<ServiceResponse> {
  return deployAs(params, context, deploy)
}

/** A deploy that goes before what is newer: that was never saved by the server, which says so itself. */
export async function redeployPipeline(params: unknown, context: RequestContext): Promise<ServiceResponse> {
  return deployAs(params, context, deployBefore)
}

async function deployAs(params: unknown, context: RequestContext, act: typeof deploy): Promise<ServiceResponse> {
  const { policy, effects, schedules } = context
  const admitted = admitSchedule(params, policy, { ...effects.facts(), nowMs: effects.now() })
  if (!admitted.ok) throw new InvalidRequest(admitted.error)
  const { id, updatedAt } = referenceIn(params)
  const { value } = admitted
  const work = async (): Promise<ServiceResponse> => {
    const refusal = unreadable(id, context)
    if (refusal !== undefined) return refusal
    if (value !== null) return act(value, context)
    return retireSchedule({ pipelineId: id, updatedAtMs: updatedAt ?? effects.now(), why: 'unscheduled' }, context)
  }
  return schedules.words.during(id, schedules.inOrder, async () => withFreshState(work, id, context))
}

/** Of params that were admitted. */
function referenceIn(params: unknown): z.infer<typeof pipelineReference> {
  return pipelineReference.parse((params as { readonly ingestionPipeline: unknown }).ingestionPipeline)
}

async function deploy(admitted: AdmittedSchedule, context: RequestContext): Promise<ServiceResponse> {
  const newest = newestOf(admitted.record.spec.pipeline.id, context)
  if (newest !== undefined && isOlder(admitted.record.status, newest)) return superseded(newest, context)
  return write(admitted, newest, context)
}

async function deployBefore(admitted: AdmittedSchedule, context: RequestContext): Promise<ServiceResponse> {
  const { effects, schedules } = context
  const newest = newestOf(admitted.record.spec.pipeline.id, context)
  const answered = await write(admitted, newest, context)
  if (answered.code !== 200 || newest === undefined || newest.name === admitted.record.name) return answered
  const status = { ...newest.status, phase: 'Retired', retired: { atMs: effects.now(), why: 'replaced' } } as const
  await patchSchedule(newest, status, { cluster: effects.cluster, schedules: schedules.cache })
  return answered
}

async function write({ record, payload }: AdmittedSchedule, newest: StoredSchedule | undefined, context: RequestContext): Promise<ServiceResponse> {
  const { effects, schedules } = context
  effects.payloads.expect(payload.secretName)
  try {
    const known = await findOrCreate({ record, payload }, context)
    if ('code' in known) return known
    return (await ensurePayload(known, payload, context)) ?? (await settle(known.revision, record.status, newest, context))
  } finally {
    if (effects.payloads.of(record) !== 'present') effects.payloads.expectNoMore(payload.secretName)
    schedules.wake(record.spec.pipeline.id)
  }
}

/** A delete of the same moment was said after the deploy. */
function isOlder({ updatedAtMs }: ScheduleStatus, newest: StoredSchedule): boolean {
  const known = newest.status
  return updatedAtMs < known.updatedAtMs || (updatedAtMs === known.updatedAtMs && known.retired?.why === 'deleted')
}

interface KnownRevision {
  readonly revision: StoredSchedule
  /** This request has written it: nothing fires by it. */
  readonly isNew: boolean
}

async function findOrCreate({ record }: AdmittedSchedule, { effects, schedules, version }: RequestContext): Promise<KnownRevision | ServiceResponse> {
  const found = schedules.cache.revision(record.name)
  if (found !== undefined) return { revision: found, isNew: false }
  try {
    const created = await effects.cluster.create('configmaps', scheduleConfigMap(record))
    return { revision: mustParse(schedules.cache.putRevision(created), record.name), isNew: true }
  } catch (error) {
    const refusal = refusalFor(error, 'record', version)
    if (refusal !== undefined) return refusal
    if (!isClusterError(error, 'AlreadyExists')) throw error
  }
  const live = await effects.cluster.read('configmaps', record.name)
  if (live === undefined) return answer(503, 'an earlier schedule of this pipeline was just deleted; try again', version)
  const revision = schedules.cache.putRevision(live)
  if (revision === undefined) return answer(409, 'the schedule of this pipeline was written by a newer runner; update this runner', version)
  return { revision, isNew: false }
}

/** undefined when the payload stands. A record that was there before, be its payload lost, stays though the cluster refuses: it may fire. */
async function ensurePayload({ revision, isNew }: KnownRevision, payload: Payload, context: RequestContext): Promise<ServiceResponse | undefined> {
  const { effects, version } = context
  if (effects.payloads.of(revision) === 'present') return undefined
  try {
    await effects.cluster.create('secrets', payloadSecret(payload, revision))
  } catch (error) {
    const refusal = refusalFor(error, 'payload', version)
    if (refusal !== undefined && isNew) await takeBack(revision, context)
    if (refusal !== undefined) return refusal
    if (!isClusterError(error, 'AlreadyExists')) throw error
  }
  effects.payloads.markPresent(payload.secretName)
  return undefined
}

async function takeBack({ name, uid }: StoredSchedule, { effects, schedules }: RequestContext): Promise<void> {
  schedules.cache.expectGone(uid)
  await effects.cluster.delete('configmaps', name, { uid })
  schedules.cache.dropRevision(name, uid)
}

/** Writes on the revision what this deploy says beyond its content, if that is news. */
async function settle(known: StoredSchedule, wanted: ScheduleStatus, newest: StoredSchedule | undefined, context: RequestContext): Promise<ServiceResponse> {
  const { effects, schedules } = context
  const wasOn = known.status.phase === 'Active' && known.status.isEnabled && (newest === undefined || newest.name === known.name)
  const activeSinceMs = wasOn || known.status.activeSinceMs === wanted.activeSinceMs ? known.status.activeSinceMs : wanted.activeSinceMs
  const status: ScheduleStatus = { ...wanted, activeSinceMs }
  const isNews = (['phase', 'isEnabled', 'updatedAtMs', 'policyMark'] as const).some((field) => known.status[field] !== status[field])
  if (isNews) await patchSchedule(known, status, { cluster: effects.cluster, schedules: schedules.cache })
  return toldWithNextRun(`pipeline deployed on runner ${context.policy.agentId}`, { ...known, status }, context)
}

/** What the cluster's refusal of an object means for the request: never, or not now. undefined for what is no refusal. */
function refusalFor(error: unknown, what: 'record' | 'payload', version: string): ServiceResponse | undefined {
  if (isClusterError(error, 'Invalid', 'Rejected')) return answer(422, `the cluster refuses the ${what} of this schedule: ${error.message}`, version)
  if (!isClusterError(error, 'QuotaExceeded', 'Forbidden')) return undefined
  return answer(503, `the cluster does not take the ${what} of this schedule now; try again: ${error.message}`, version)
}

function mustParse(revision: StoredSchedule | undefined, name: string): StoredSchedule {
  if (revision === undefined) throw new Error(`the schedule ${name} cannot be read back as it was written`)
  return revision
}
