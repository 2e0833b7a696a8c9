import { sha256Hex } from './sha256.ts'

/** Hex digits of a runner's hash in a name: as many as leave room for nine digits of attempt in the name of a pod. */
const AGENT_DIGITS = 12
/** As many as a CronJob's name has room for. */
const CRON_AGENT_DIGITS = 10

/**
 * Name of a run's record: `run-<run id>-<hash of the agent id>`, 53 characters, DNS-1123.
 *
 * A function of the run's key alone, so that a second create collides instead of doubling the run. The hash keeps two runners in
 * one namespace apart.
 */
export function recordName(runId: string, agentId: string): string {
  return `run-${runId.toLowerCase()}-${sha256Hex(agentId).slice(0, AGENT_DIGITS)}`
}

/**
 * Name of the payload: the record's, and the content's digest. Another content has another name, so a payload never changes.
 *
 * Longer than a label, which a Secret's name may be.
 */
export function payloadName(record: string, contentDigest: string): string {
  return `${record}-${contentDigest.slice(0, 10)}`
}

/** Name of the pod of one attempt, at most 63 characters with nine digits of attempt: a second start of the same attempt collides. */
export function podName(record: string, attempt: number): string {
  return `${record}-${attempt}`
}

/**
 * Name of one revision of a schedule's record: `schedule-<pipeline id>-<hash of agent id and content>`, 62 characters.
 *
 * Another content is another record, so that what an older revision started keeps its payload.
 */
export function scheduleRecordName(pipelineId: string, agentId: string, contentDigest: string): string {
  return `schedule-${pipelineId}-${sha256Hex(`${contentDigest} ${agentId}`).slice(0, 16)}`
}

/**
 * Name of a schedule's CronJob or CronWorkflow: `cron-<pipeline id>-<hash of the agent id>`, the 52 characters that leave room
 * for what Kubernetes adds for each run.
 *
 * The same for every revision, so that a pipeline never has two that fire.
 */
export function cronName(pipelineId: string, agentId: string): string {
  return `cron-${pipelineId}-${sha256Hex(agentId).slice(0, CRON_AGENT_DIGITS)}`
}

/**
 * Name of the lease by which the replicas of one runner agree on who acts: `leader-<hash of the agent id>`.
 *
 * Two runners in one namespace never compete for one lease.
 */
export function leaseName(agentId: string): string {
  return leaseNameOfHash(sha256Hex(agentId))
}

/** The same, of an agent id of which only the (beginning of the) hash is known. */
export function leaseNameOfHash(hash: string): string {
  return `leader-${hash.slice(0, AGENT_DIGITS)}`
}
