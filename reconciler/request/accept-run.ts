import type { Admit } from '../../compiler/admit.ts'
import { formatIssues } from '../../compiler/issue.ts'
import { type Payload, payloadSecret } from '../../compiler/payload.ts'
import { parseRecord, recordConfigMap } from '../../compiler/record-config-map.ts'
import type { RunRecord, StoredRecord } from '../../compiler/record.ts'
import { isTombstone } from '../../compiler/tombstone.ts'
import { isFinished, type KnownRecord } from '../cache/finished-record.ts'
import type { RunCache } from '../cache/run-cache.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import { isRefusal } from '../cluster/is-refusal.ts'
import { deleteRecord } from '../execute/release.ts'
import type { ServiceResponse } from '../link/protocol.ts'
import { answer, InvalidRequest } from './answer.ts'
import type { RequestContext } from './request-context.ts'

/**
 * `pipeline/run`, `automation/run`, `application/run`: judges the request, writes record and payload, and only then accepts.
 *
 * The run id is the key: a repeat, also after a restart or after the run's end, gets the first answer, and is told of the
 * end; the same id with another content is refused. A request that is refused leaves nothing behind; a repeat that is refused
 * takes nothing away.
 */
export async function acceptRun(admit: Admit, params: unknown, context: RequestContext): Promise<ServiceResponse> {
  const nowMs = context.effects.now()
  const admitted = admit(params, context.policy, { ...context.effects.facts(), nowMs })
  if (!admitted.ok) throw new InvalidRequest(admitted.error)
  const { record, payload } = admitted.value
  context.effects.payloads.expect(payload.secretName)
  try {
    const stored = record.spec.notAfterMs < nowMs ? await findKnown(record, late(record, context), context) : await findOrCreate(record, context)
    if ('refusal' in stored) return stored.refusal
    return (await ensurePayload(stored, payload, record, context)) ?? accepted(record, stored.record, context)
  } finally {
    expectNoMore(record, context)
  }
}

/** A payload of which nobody knows now whether it was written: the reconciler asks. */
function expectNoMore(record: RunRecord, { effects }: RequestContext): void {
  effects.payloads.expectNoMore(record.spec.payload.secretName)
  if (effects.payloads.of(record) !== 'present') effects.wake(record.name)
}

/** A repeat is told how the run has ended, so that nobody waits for a run that will not start. */
function accepted({ spec }: RunRecord, { status }: KnownRecord, { version }: RequestContext): ServiceResponse {
  const end = status.end === undefined ? '' : ` before; it ended as ${status.end.state} at ${new Date(status.end.endedAtMs).toISOString()}`
  return answer(200, `run accepted by runner ${spec.agentId}${end}`, version, spec.runId)
}

/** Only a repeat of a request that came in time may come late. */
function late({ spec }: RunRecord, { version }: RequestContext): ServiceResponse {
  return answer(410, `notAfter: the request was to come until ${new Date(spec.notAfterMs).toISOString()}; send a new one`, version, spec.runId)
}

interface Known {
  readonly record: KnownRecord
  /** This request has written it: nobody was told that the run is accepted. */
  readonly isNew: boolean
}

type Found = Known | { readonly refusal: ServiceResponse }

async function findOrCreate(record: RunRecord, context: RequestContext): Promise<Found> {
  const { effects, version } = context
  try {
    return { record: mustParse(effects.cache.putRecord(await effects.cluster.create('configmaps', recordConfigMap(record))), record.name), isNew: true }
  } catch (error) {
    const refusal = refusalFor(error, 'record', record, version)
    if (refusal !== undefined) return { refusal }
    if (!isClusterError(error, 'AlreadyExists')) throw error
  }
  const justGone = answer(503, 'the record of an earlier request with this run id was just deleted; try again', version, record.spec.runId)
  return findKnown(record, justGone, context)
}

/** What the cluster's refusal of an object means for the request: never, or not now. undefined for what is no refusal. */
function refusalFor(error: unknown, what: 'record' | 'payload', { spec }: Pick<RunRecord, 'spec'>, version: string): ServiceResponse | undefined {
  if (isClusterError(error, 'Invalid', 'Rejected')) return answer(422, `the cluster refuses the ${what} of this run: ${error.message}`, version, spec.runId)
  if (!isClusterError(error, 'QuotaExceeded', 'Forbidden')) return undefined
  return answer(503, `the cluster does not take the ${what} of this run now; nothing of it is left, try again: ${error.message}`, version, spec.runId)
}

/** The record of an earlier request with this run id, which must have asked for the same. */
async function findKnown(record: RunRecord, whenAbsent: ServiceResponse, { effects, version }: RequestContext): Promise<Found> {
  const { runId, requestDigest } = record.spec
  const live = await effects.cluster.read('configmaps', record.name)
  if (live === undefined) return { refusal: whenAbsent }
  const known = parseRecord(live)
  if (!known.ok)
    return { refusal: answer(409, `runId: the run is known, but its record cannot be read by this version: ${formatIssues(known.error)}`, version, runId) }
  if (isTombstone(known.value)) return { refusal: answer(410, 'runId: the run was stopped before its request came; send a new run id', version, runId) }
  if (known.value.spec.requestDigest !== requestDigest) {
    return { refusal: answer(409, `runId: ${runId} was given to another request before; send a new run id`, version, runId) }
  }
  return { record: effects.cache.putRecord(live) ?? known.value, isNew: false }
}

function mustParse(record: KnownRecord | undefined, name: string): KnownRecord {
  if (record === undefined) throw new Error(`the record ${name} cannot be read back as it was written`)
  return record
}

/** undefined when the payload stands. A repeat may carry a rotated token: then the payload that stands is the one that counts. */
async function ensurePayload(known: Known, payload: Payload, admitted: RunRecord, context: RequestContext): Promise<ServiceResponse | undefined> {
  const { effects } = context
  const { record: stored, isNew } = known
  if (isFinished(stored) || stored.status.phase === 'Ended') return undefined
  try {
    if (effects.payloads.of(stored) !== 'present' && stored.spec.payload.secretName !== payload.secretName) await effects.payloads.ask(effects.cluster, stored)
    if (effects.payloads.of(stored) === 'present') return undefined
    const record = await pointAtPayload(stored, admitted, context)
    if (isFinished(record)) return undefined
    await effects.cluster.create('secrets', payloadSecret(payload, record))
  } catch (error) {
    if (isRefusal(error)) return isNew ? takeBack(stored, error, context) : keep(stored, error, context)
    if (!isClusterError(error, 'AlreadyExists')) throw error
  }
  effects.payloads.markPresent(payload.secretName)
  effects.wake(stored.name)
  return undefined
}

/** Nothing is left of a request whose payload is refused, unless the same request has brought it meanwhile a second time. */
async function takeBack(record: StoredRecord, error: Error, { effects, version }: RequestContext): Promise<ServiceResponse | undefined> {
  if (effects.payloads.of(record) === 'present') return undefined
  await deleteRecord(record, effects)
  return refusalFor(error, 'payload', record, version)
}

/**
 * The run may have been accepted before, and its payload may be there: a quota and an admission policy refuse before the name is
 * looked at. So its record stays, and the refusal is none for good. A run that has started had its payload: it is accepted.
 */
function keep(record: StoredRecord, error: Error, { effects, version }: RequestContext): ServiceResponse | undefined {
  if (hasHadPod(record, effects.cache)) return undefined
  const reason = `the cluster takes no payload now, and does not say whether that of this run is there; the run is kept, try again: ${error.message}`
  return answer(503, reason, version, record.spec.runId)
}

function hasHadPod({ name, uid, status }: StoredRecord, cache: RunCache): boolean {
  return status.attempt > 1 || cache.run(name).pods.some(({ ownerUid }) => ownerUid === uid)
}

/** The record, naming the payload of this request. */
async function pointAtPayload(stored: StoredRecord, admitted: RunRecord, { effects }: RequestContext): Promise<KnownRecord> {
  if (stored.spec.payload.secretName === admitted.spec.payload.secretName) return stored
  const spec = { ...stored.spec, payload: admitted.spec.payload }
  const data = recordConfigMap({ ...stored, spec }).data
  const patched = await effects.cluster.mergePatch('configmaps', stored.name, {
    metadata: { resourceVersion: stored.resourceVersion },
    data: { spec: data?.['spec'] },
  })
  return mustParse(effects.cache.putRecord(patched), stored.name)
}
