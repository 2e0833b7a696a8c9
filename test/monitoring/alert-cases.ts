/** When each alert fires and when it does not, as series over time, in the notation of `promtool test rules`, one value a minute. */
export interface AlertCase {
  readonly alert: string
  /** A sentence about the case. */
  readonly name: string
  readonly series: Readonly<Record<string, string>>
  /** When it is looked at. */
  readonly atMinutes: number
  readonly fires: boolean
}

const POD = 'collate-prod-hybrid-ingestion-runner-7d9c5b7f6d-abcde'
const OTHER_POD = 'collate-prod-hybrid-ingestion-runner-7d9c5b7f6d-fghij'
const NEIGHBOUR = 'collate-prod-hybrid-ingestion-runner-two-7d9c5b7f6d-abcde'

const up = (pod = POD): string => `up{namespace="collate",container="hybrid-ingestion-runner",pod="${pod}"}`
const of = (name: string, labels = '', pod = POD): string =>
  `collate_hybrid_agent_${name}{namespace="collate",pod="${pod}"${labels === '' ? '' : `,${labels}`}}`
const failures = (reason: string): string => of('link_failures_total', `reason="${reason}"`)
const ended = (status: string): string => of('jobs_total', `status="${status}"`)

const LINK: readonly AlertCase[] = [
  { alert: 'HybridAgentDown', name: 'a pod that answers', series: { [up()]: '1x10' }, atMinutes: 10, fires: false },
  { alert: 'HybridAgentDown', name: 'a pod that does not answer', series: { [up()]: '1x3 0x10' }, atMinutes: 10, fires: true },
  { alert: 'HybridAgentDown', name: 'no pod at all', series: {}, atMinutes: 5, fires: true },
  { alert: 'HybridAgentDown', name: 'a pod that went and took its series along', series: { [up()]: '1x3 stale' }, atMinutes: 10, fires: true },
  { alert: 'HybridAgentDown', name: 'one of two that answers', series: { [up()]: '0x10', [up(OTHER_POD)]: '1x10' }, atMinutes: 10, fires: false },
  { alert: 'HybridAgentDown', name: 'only the runner of a release whose name begins alike', series: { [up(NEIGHBOUR)]: '1x10' }, atMinutes: 10, fires: true },
  { alert: 'HybridAgentDisconnected', name: 'a link', series: { [of('connected')]: '1x10' }, atMinutes: 10, fires: false },
  { alert: 'HybridAgentDisconnected', name: 'no link', series: { [of('connected')]: '1x3 0x10' }, atMinutes: 10, fires: true },
  { alert: 'HybridAgentDisconnected', name: 'a link that was away for a minute', series: { [of('connected')]: '1x3 0 1x8' }, atMinutes: 6, fires: false },
  { alert: 'HybridAgentDisconnected', name: 'nobody who would have one', series: {}, atMinutes: 5, fires: true },
  {
    alert: 'HybridAgentTokenRefused',
    name: 'refusals and no link',
    series: { [failures('token')]: '0+1x20', [of('connected')]: '0x20' },
    atMinutes: 20,
    fires: true,
  },
  {
    alert: 'HybridAgentTokenRefused',
    name: 'a token that was mended: refusals of before and a link',
    series: { [failures('token')]: '0+1x10 10x10', [of('connected')]: '0x10 1x10' },
    atMinutes: 15,
    fires: false,
  },
  {
    alert: 'HybridAgentTokenRefused',
    name: 'no link for another reason',
    series: { [failures('token')]: '0x20', [of('connected')]: '0x20' },
    atMinutes: 20,
    fires: false,
  },
  {
    alert: 'HybridAgentVersionRefused',
    name: 'refusals and no link',
    series: { [failures('protocolVersion')]: '0+1x20', [of('connected')]: '0x20' },
    atMinutes: 20,
    fires: true,
  },
  {
    alert: 'HybridAgentVersionRefused',
    name: 'a link',
    series: { [failures('protocolVersion')]: '0x20', [of('connected')]: '1x20' },
    atMinutes: 20,
    fires: false,
  },
  { alert: 'HybridAgentReplaced', name: 'a link that is taken every minute', series: { [failures('replaced')]: '0+1x30' }, atMinutes: 30, fires: true },
  {
    alert: 'HybridAgentReplaced',
    name: 'a link that was taken once, by a new pod',
    series: { [failures('replaced')]: '0x10 1x20' },
    atMinutes: 20,
    fires: false,
  },
]

const QUEUE = { [of('queued_runs')]: '5x60', [of('jobs_counter_total')]: '7x60' }

const RUNS: readonly AlertCase[] = [
  { alert: 'HybridAgentRunsFail', name: 'only failures', series: { [ended('failed')]: '0+1x70', [ended('succeeded')]: '3x70' }, atMinutes: 70, fires: true },
  {
    alert: 'HybridAgentRunsFail',
    name: 'failures and successes',
    series: { [ended('failed')]: '0+1x70', [ended('succeeded')]: '0+1x70' },
    atMinutes: 70,
    fires: false,
  },
  {
    alert: 'HybridAgentRunsFail',
    name: 'two failures',
    series: { [ended('failed')]: '0x20 1x20 2x30', [ended('succeeded')]: '0x70' },
    atMinutes: 70,
    fires: false,
  },
  { alert: 'HybridAgentQueueStands', name: 'runs that wait for an hour', series: { ...QUEUE, [of('leader')]: '1x60' }, atMinutes: 60, fires: true },
  {
    alert: 'HybridAgentQueueStands',
    name: 'the same in the eyes of one that stands by',
    series: { ...QUEUE, [of('leader')]: '0x60' },
    atMinutes: 60,
    fires: false,
  },
  {
    alert: 'HybridAgentQueueStands',
    name: 'runs that wait while others start',
    series: { ...QUEUE, [of('jobs_counter_total')]: '7+1x60', [of('leader')]: '1x60' },
    atMinutes: 60,
    fires: false,
  },
  {
    alert: 'HybridAgentQueueStands',
    name: 'nothing that waits',
    series: { ...QUEUE, [of('queued_runs')]: '0x60', [of('leader')]: '1x60' },
    atMinutes: 60,
    fires: false,
  },
  { alert: 'HybridAgentSchedulesUnapplied', name: 'a schedule that is refused', series: { [of('unapplied_schedules')]: '1x20' }, atMinutes: 20, fires: true },
  { alert: 'HybridAgentSchedulesUnapplied', name: 'one that was mended', series: { [of('unapplied_schedules')]: '1x5 0x20' }, atMinutes: 20, fires: false },
  {
    alert: 'HybridAgentCollateAnswersNot',
    name: 'calls that wait without a break',
    series: { [of('server_calls_waiting')]: '4x30' },
    atMinutes: 30,
    fires: true,
  },
  {
    alert: 'HybridAgentCollateAnswersNot',
    name: 'calls that wait now and then',
    series: { [of('server_calls_waiting')]: '4x5 0 4x5 0 4x20' },
    atMinutes: 20,
    fires: false,
  },
  { alert: 'HybridAgentMemoryFull', name: 'a full memory', series: { [of('memory_usage')]: '95x30' }, atMinutes: 30, fires: true },
  {
    alert: 'HybridAgentMemoryFull',
    name: 'a memory that is full for a moment',
    series: { [of('memory_usage')]: '60x10 95x3 60x30' },
    atMinutes: 20,
    fires: false,
  },
]

export const ALERT_CASES: readonly AlertCase[] = [...LINK, ...RUNS]
