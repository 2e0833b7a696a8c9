import type { HttpAnswer } from './http-server.ts'

/** Signs of progress; all in milliseconds of age. */
export interface Progress {
  /** Since the API server gave a sign of life on the slowest watch. */
  readonly watchAgeMs: number
  /** Since a worker last finished while runs waited for one. */
  readonly queueStalledMs: number
}

/** A watch hears at least a bookmark a minute; three missed ones and its restarts are trouble that a new process may mend. */
const MAX_WATCH_AGE_MS = 300_000
/** Longer than any single call may take, several times over. */
const MAX_QUEUE_STALL_MS = 180_000

/**
 * Alive means making progress, not holding a port open: a process whose watches are silent or whose queue stands still is killed
 * and started again by the kubelet, and loses nothing.
 */
export function liveness(progress: Progress): HttpAnswer {
  const stuck = troublesOf(progress)
  return stuck.length === 0 ? text(200, 'alive') : text(503, stuck.join('; '))
}

/** Why no progress is made; nothing when it is. */
export function troublesOf({ watchAgeMs, queueStalledMs }: Progress): string[] {
  return [
    ...(watchAgeMs > MAX_WATCH_AGE_MS ? [`no sign of life from the Kubernetes API for ${seconds(watchAgeMs)}`] : []),
    ...(queueStalledMs > MAX_QUEUE_STALL_MS ? [`no run was worked on for ${seconds(queueStalledMs)}`] : []),
  ]
}

/** Ready: the cluster's state is known. The link is not asked: Collate being away is no reason to restart a roll-out. */
export function readiness(isSynced: boolean): HttpAnswer {
  return isSynced ? text(200, 'ready') : text(503, 'still reading the state of the cluster')
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`
}

function text(status: number, message: string): HttpAnswer {
  return { status, contentType: 'text/plain', text: `${message}\n` }
}
