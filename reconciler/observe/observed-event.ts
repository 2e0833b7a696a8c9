import type { CoreV1Event } from '@kubernetes/client-node'

/** What Kubernetes tells of an object beside its status, the last of each reason. */
export interface ObservedEvent {
  readonly reason: string
  readonly message: string
  /** How often it was told: once may be a hiccup of the start. */
  readonly times: number
  /** Name of the event, which stays the same while it is only counted up. */
  readonly name: string
  readonly lastSeenMs: number
}

/** Of these, five stand for every pod that goes its way: the runner does not have them sent. */
const ROUTINE = ['Scheduled', 'Pulling', 'Pulled', 'Created', 'Started', 'Killing', 'SuccessfulCreate', 'SuccessfulDelete', 'Completed', 'SawCompletedJob']

/** Has the API server leave out what says nothing. */
export const TELLING_EVENTS = ROUTINE.map((reason) => `reason!=${reason}`).join(',')

export function observeEvent(event: CoreV1Event): ObservedEvent {
  const { reason = '', message = '', count, series, metadata, lastTimestamp, eventTime, firstTimestamp } = event
  const time = series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? firstTimestamp ?? metadata.creationTimestamp
  return {
    reason,
    message: withoutIds(message),
    times: series?.count ?? count ?? 1,
    name: metadata.name ?? '',
    lastSeenMs: time === undefined || time === null ? 0 : new Date(time).getTime(),
  }
}

/** Ids of sandboxes are new at every attempt: with them the same trouble would be news each time. */
function withoutIds(message: string): string {
  return message.replaceAll(/\b[0-9a-f]{64}\b/g, '<id>')
}

/** The newest event of these reasons that was told at least so often. */
export function newestOf(events: readonly ObservedEvent[], reasons: readonly string[], atLeast = 1): ObservedEvent | undefined {
  return events.filter(({ reason, times }) => reasons.includes(reason) && times >= atLeast).toSorted((one, other) => other.lastSeenMs - one.lastSeenMs)[0]
}
