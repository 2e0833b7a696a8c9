/**
 * Every method of the link, once: what it is for, its params and its result. The runner's own peer, the published schema and
 * docs/protocol.md all read this table.
 */
import { z } from 'zod'
import { applicationRunParams } from '../../compiler/request/application-request.ts'
import { automationRequestSchema } from '../../compiler/request/automation-request.ts'
import { runRequestSchema } from '../../compiler/request/run-request.ts'
import { deployParams } from '../../compiler/schedule/schedule-request.ts'
import {
  desiredSyncParams,
  desiredSyncResult,
  followLogsParams,
  goodbyeParams,
  heartbeatParams,
  helloParams,
  helloResult,
  pipelineParams,
  pipelineToggleParams,
  runLogParams,
  runLogsData,
  runLogsParams,
  runParams,
} from './protocol.ts'

export interface Method {
  /** One sentence. */
  readonly summary: string
  /** What whoever writes the other end must know beside the schemas. */
  readonly rules?: readonly string[]
  readonly params: z.ZodType
  /** Absent for a notification. */
  readonly result?: z.ZodType
  /** What `data` of the answer holds, where it holds something. */
  readonly data?: z.ZodType
}

const ignored = z.looseObject({}).describe('Empty; what it holds is not looked at.')

const WHOLE_ENTITY = "The params are OpenMetadata's own entities, whole; fields that are not listed are accepted."
const RUN_ID_IS_KEY =
  'The run id is the key. A repeat gets the first answer, also after a restart and after the end of the run, when `reason` says how it ended; the same id with another content (compared without `openMetadataServerConnection`) is refused with 409.'
const NOT_AFTER = 'A first request that comes after `notAfter` (absent: 15 minutes after it came) is refused with 410.'
const ACCEPTED = 'Code 200 comes once the run stands in the cluster, not when it starts: from there on exactly one end is told over the REST API.'
const ORDERED =
  'Ordered by `updatedAt` against every deploy, toggle, delete and page of `desired/sync` of the same pipeline: one that is older than what the runner has changes nothing and is answered with code 200 and a reason that begins with `superseded`.'
const TOGGLED_UNKNOWN =
  'Of a pipeline without a schedule nothing is remembered, unlike after a delete: it is answered with 404, and the runner asks at once what is desired. Send the deploy; it says itself whether the schedule is on.'

/** Runner to server. Without a result it is a notification. */
export const RUNNER_METHODS = {
  'runner/hello': {
    summary: 'The first frame of a connection: who the runner is and what it speaks.',
    rules: [
      'The server sends nothing before it has answered it, and neither does the runner send anything else.',
      'The server picks one of `protocolVersions`. When it speaks none of them it answers with the error `protocolVersion` and closes the connection; the runner says so in its log and comes back after 30 seconds or more.',
    ],
    params: helloParams,
    result: helloResult,
  },
  'runner/heartbeat': {
    summary: 'The runner lives. Sent every `heartbeatIntervalMs`.',
    rules: ['A side that hears nothing at all, no frame of any kind, for two intervals takes the connection for dead and drops it.'],
    params: heartbeatParams,
    result: ignored,
  },
  'runner/goodbye': { summary: 'The runner is about to close the connection on purpose. Its pods run on.', params: goodbyeParams },
  'desired/sync': {
    summary: 'Asks which schedules this runner is to have, and which runs Collate waits for.',
    rules: [
      'Sent after every connect, after `desired/changed`, and by a timer.',
      'First the outline, page by page, until a page has no `nextCursor`; then, with `pipelineIds`, the bodies of the pipelines that the runner does not have as the outline says. A body that has gone meanwhile is left out.',
      'The pages of one outline are one state of the server, or their totals differ from what they list: then nothing is pruned, and the runner asks again later.',
      'What a complete outline does not list is pruned: its schedule is suspended, and deleted when its last run has ended. So a pipeline that was deleted, or moved to another runner, drops out of the list.',
      'A run in `runs` of which the runner knows nothing, and of which it hears nothing within half a minute, is reported as failed over the REST API, class `Lost`.',
    ],
    params: desiredSyncParams,
    result: desiredSyncResult,
  },
  'run/log': { summary: 'Lines of a run that the server follows (`run/followLogs`).', params: runLogParams },
} as const satisfies Readonly<Record<string, Method>>

const nextRunData = z.object({
  nextRun: z.number().nullable().describe('Epoch milliseconds of the next run by schedule; null when there is none: no schedule, switched off, or over.'),
})

/** Server to runner: requests, all answered with `serviceResponse`. Sent without an id, a method is done and not answered. */
export const METHODS_OF_SERVER = {
  'pipeline/run': {
    summary: 'Runs an ingestion pipeline once.',
    rules: [RUN_ID_IS_KEY, NOT_AFTER, ACCEPTED, WHOLE_ENTITY],
    params: runRequestSchema,
  },
  'pipeline/deploy': {
    summary: 'Makes, or makes anew, the schedule of a pipeline.',
    rules: [ORDERED, 'A pipeline without a schedule is accepted and makes nothing.', WHOLE_ENTITY],
    params: deployParams,
    data: nextRunData,
  },
  'pipeline/delete': { summary: 'Takes the schedule of a pipeline away; its active run ends.', rules: [ORDERED], params: pipelineParams },
  'pipeline/toggle': {
    summary: 'Switches the schedule of a pipeline on or off.',
    rules: [ORDERED, TOGGLED_UNKNOWN],
    params: pipelineToggleParams,
    data: nextRunData,
  },
  'pipeline/kill': { summary: 'Ends every run of a pipeline that has not ended, those that wait among them.', params: pipelineParams },
  'pipeline/queued': {
    summary: 'Asks for the runs of a pipeline that wait.',
    params: pipelineParams,
    data: z.object({
      queued: z
        .array(
          z.object({
            runId: z.string().describe('The run.'),
            pipelineState: z.literal('queued').describe('Always `queued`.'),
            startDate: z.number().describe('Epoch milliseconds of its acceptance.'),
            timestamp: z.number().describe('The same.'),
          }),
        )
        .describe("The runs whose program has not begun, in the order of their acceptance, as OpenMetadata's pipeline statuses."),
    }),
  },
  'run/kill': {
    summary: 'Ends a run.',
    rules: [
      'Code 200 says that the wish is written down. `stopped` is told over the REST API once the pod is proven gone.',
      'A kill of a run that the runner does not know is remembered: its request, when it comes after all, is refused with 410.',
    ],
    params: runParams,
  },
  'run/logs': {
    summary: "Reads a page of a run's log.",
    rules: [
      'A page is at most 983040 bytes inside the frame and ends with a whole line where it can. `after` stays good while the run goes on, and for another process of this runner.',
      'Of a run that was tried several times, each attempt begins with the line `[attempt N]`. What was there and is not any more is marked by a line `[... why ...]`.',
      'Code 404: there is no such run, or no log of it and there will be none. 503: there is none yet, or its node does not answer. 409: its record was written by a newer runner and cannot be read. `data.error` then holds the reason.',
    ],
    params: runLogsParams,
    data: runLogsData,
  },
  'run/followLogs': {
    summary: "Has the runner send a run's log as it grows (`run/log`).",
    rules: [
      'One follow a run: a second one takes the place of the first and goes on from its own `after`. It begins before the run has started, if need be.',
      'Ends with `isComplete`, by `run/unfollowLogs`, or with the connection: then follow again, from the `after` of the last `run/log`.',
      'Code 503: the runner follows as many runs as it can.',
    ],
    params: followLogsParams,
  },
  'run/unfollowLogs': { summary: 'Ends a follow. One that is not there is no error.', params: runParams },
  'automation/run': {
    summary: 'Runs an automation: a test connection, a query, a reverse ingestion.',
    rules: [RUN_ID_IS_KEY, NOT_AFTER, "Its end is the automation Workflow's own status and response, which the pod writes over the REST API.", WHOLE_ENTITY],
    params: automationRequestSchema,
  },
  'application/run': {
    summary: 'Runs an application.',
    rules: [
      RUN_ID_IS_KEY,
      NOT_AFTER,
      'One that names its `ingestionPipeline` is a run of that pipeline. One without carries the server connection in `app`.',
      WHOLE_ENTITY,
    ],
    params: applicationRunParams,
  },
  'service/status': {
    summary: 'Asks whether runs that are sent now would start.',
    rules: ['Code 200, `healthy`; or 500 with what is wrong.'],
    params: ignored,
  },
  'service/hostIp': {
    summary: 'Asks which address the firewall of a database is to let in.',
    rules: ['Code 204 when the operator has not set it.'],
    params: ignored,
    data: z.object({ ip: z.string().describe('The address, or the addresses, as configured.') }),
  },
  'desired/changed': { summary: 'A hint that `desired/sync` would give something new.', params: ignored },
} as const satisfies Readonly<Record<string, Omit<Method, 'result'>>>

/** Somebody waits for their answers: they go before all others when many requests are in hand. */
export const URGENT_METHODS: readonly string[] = ['automation/run', 'run/kill', 'pipeline/kill', 'service/status'] satisfies readonly ServerMethod[]

export type ServerMethod = keyof typeof METHODS_OF_SERVER
export const SERVER_METHODS = Object.keys(METHODS_OF_SERVER) as readonly ServerMethod[]

export type RunnerMethod = keyof typeof RUNNER_METHODS
/** The runner's methods that are answered. */
export type RunnerRequest = { [M in RunnerMethod]: (typeof RUNNER_METHODS)[M] extends { readonly result: z.ZodType } ? M : never }[RunnerMethod]
export type RunnerNotification = Exclude<RunnerMethod, RunnerRequest>
export type ParamsOf<M extends RunnerMethod> = z.input<(typeof RUNNER_METHODS)[M]['params']>
export type ResultOf<M extends RunnerRequest> = z.output<(typeof RUNNER_METHODS)[M]['result']>
