/**
 * The frames of the link: JSON-RPC 2.0 in text frames over one WebSocket. The methods, each with its schemas, are in methods.ts.
 *
 * Unknown fields are ignored in both directions, so that either end can be newer.
 */
import { z } from 'zod'
import { atMost, nonEmptyText } from '../../compiler/request/bounded-text.ts'
import { entityId } from '../../compiler/request/request-fields.ts'

export const SUBPROTOCOL = 'collate-runner.v1'
/** What this runner speaks, the best first. The server picks one at hello. */
export const PROTOCOL_VERSIONS: readonly string[] = ['1.0']
/** Bytes of one text frame. A larger one gets a JSON-RPC error. */
export const MAX_FRAME_BYTES = 1024 * 1024
export const connectPath = (agentId: string): string => `/api/v1/ingestionRunners/${encodeURIComponent(agentId)}/connect`

/** Characters of an id: it is echoed in the answer, which is a frame itself. */
export const MAX_ID_LENGTH = 256

const identifier = z.union([z.string().check(atMost(MAX_ID_LENGTH)), z.number(), z.null()])

export const rpcRequest = z.object({
  jsonrpc: z.literal('2.0'),
  id: identifier.optional(),
  method: nonEmptyText(),
  params: z.unknown().optional(),
})

export const rpcError = z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() })

export const rpcResponse = z
  .object({ jsonrpc: z.literal('2.0'), id: identifier, result: z.unknown().optional(), error: rpcError.optional() })
  .refine(({ result, error }) => (result === undefined) !== (error === undefined), {
    path: ['result'],
    message: 'an answer has either a result or an error, and not both',
  })

/** What every request of the server is answered with: OpenMetadata's PipelineServiceClientResponse. */
export const serviceResponse = z
  .object({
    code: z.number().int().describe('Read as HTTP reads it; see the answer codes.'),
    reason: z.string().optional().describe('Why, in words for people. A refusal begins with the field it is about.'),
    platform: z.string().describe('`Hybrid`.'),
    version: z.string().optional().describe("The runner's version."),
    runId: z.string().optional().describe('The run that was meant.'),
    data: z.record(z.string(), z.unknown()).optional().describe('What a method gives beside the verdict.'),
  })
  .describe("The answer to every request of the server: OpenMetadata's `PipelineServiceClientResponse`.")
export type ServiceResponse = z.infer<typeof serviceResponse>

// Runner to server.

const agentId = z.string().describe("The runner's name, as in the path of the handshake.")

/** `runner/hello`, the first frame of a connection. */
export const helloParams = z.object({
  agentId,
  runnerVersion: z.string().describe('`x.y.z`.'),
  protocolVersions: z.array(z.string()).describe('What the runner speaks, the best first.'),
  executor: z.enum(['simple', 'argo']).describe('What runs the pods: `simple` (Pods and CronJobs) or `argo` (Workflows and CronWorkflows).'),
  kubernetesVersion: z.string().optional().describe("Version of the cluster's API server, `v1.35.4`."),
  capabilities: z.array(z.string()).describe('The methods that the runner serves.'),
})
export type HelloParams = z.infer<typeof helloParams>

export const helloResult = z.object({
  protocolVersion: z.string().describe('The one of `protocolVersions` that both speak from here on.'),
  serverVersion: z.string().describe('`x.y.z`; decides the image tag of the pods.'),
  heartbeatIntervalMs: z.number().int().positive().describe('How often the runner beats.'),
  retryAfterMs: z.number().int().nonnegative().optional().describe('The next reconnect is not to come sooner than this after the connection ends.'),
  capabilities: z.array(z.string()).optional().describe('The methods that the server serves; absent: all of this document.'),
})
export type HelloResult = z.infer<typeof helloResult>

/** `runner/heartbeat`, a request; its answer is an empty object. */
export const heartbeatParams = z.object({
  agentId,
  activeRuns: z.number().int().describe('Runs that hold a slot.'),
  queuedRuns: z.number().int().describe('Runs that wait for a slot.'),
})

/** `runner/goodbye`, a notification before the runner closes the socket on purpose. */
export const goodbyeParams = z.object({ agentId, reason: z.string().describe('Why it goes.') })

/**
 * `desired/sync`, a request: which schedules this runner is to have, and which runs Collate waits for. Sent on every connect, on
 * `desired/changed` and by a timer. First the outline, page by page; then with `pipelineIds` the bodies of those that differ.
 */
export const desiredSyncParams = z.object({
  agentId,
  cursor: z.string().optional().describe('`nextCursor` of the page before; absent for the first page.'),
  limit: z.number().int().positive().describe('Most entries of a page.'),
  pipelineIds: z.array(z.string()).optional().describe('Asks for the bodies of these pipelines instead of the outline.'),
})
export type DesiredSyncParams = z.infer<typeof desiredSyncParams>

/** One schedule in the outline. */
export const desiredPipeline = z.object({
  id: entityId.describe("The pipeline's id."),
  fullyQualifiedName: z.string().describe("The pipeline's name in full."),
  updatedAt: z.number().int().describe('Epoch milliseconds; orders it against `pipeline/deploy`, `pipeline/toggle` and `pipeline/delete`.'),
  enabled: z.boolean().default(true).describe('Whether its schedule fires.'),
})

/** A run that Collate has as queued or running at this runner. */
export const desiredRun = z.object({ runId: z.uuid().describe('Its id.'), pipelineFqn: z.string().describe("Its pipeline's name in full.") })

export const desiredSyncResult = z.object({
  totalPipelines: z
    .number()
    .int()
    .nonnegative()
    .describe('Pipelines in all pages together. A list that does not match it is incomplete, and nothing is pruned by it.'),
  totalRuns: z.number().int().nonnegative().describe('Runs in all pages together.'),
  pipelines: z.array(desiredPipeline).describe('The schedules that this runner is to have.'),
  runs: z.array(desiredRun).describe('The runs that Collate waits for.'),
  bodies: z.array(z.unknown()).optional().describe('With `pipelineIds`: the params of `pipeline/deploy` of each that is still there.'),
  nextCursor: z.string().optional().describe('Absent on the last page.'),
})
export type DesiredSyncResult = z.infer<typeof desiredSyncResult>

/** `run/log`, a notification: lines of a run that somebody follows. */
export const runLogParams = z.object({
  runId: z.string().describe('The run.'),
  text: z.string().describe('Whole lines, UTF-8; a line that alone is too large comes in parts.'),
  after: z.string().describe('To be given as `after` to go on from here.'),
  isComplete: z.boolean().describe('Nothing more will come.'),
})
export type RunLogParams = z.infer<typeof runLogParams>

// Server to runner. `pipeline/run`, `pipeline/deploy`, `automation/run` and `application/run` are judged by the compiler's own schemas (compiler/request/).

const runner = nonEmptyText().describe('The runner that is meant. Another name than its own is refused with 409.')
const runId = z
  .uuid()
  .transform((id) => id.toLowerCase())
  .describe('The run.')

/** The pipeline that a request is about, by OpenMetadata's own fields. */
export const pipelineReference = z.looseObject({
  id: entityId.transform((id) => id.toLowerCase()).describe("The pipeline's id."),
  fullyQualifiedName: nonEmptyText().describe("The pipeline's name in full."),
  updatedAt: z.number().int().nullish().describe('Epoch milliseconds of the change that asks for this.'),
})

/** `pipeline/delete`, `pipeline/kill`, `pipeline/queued`. */
export const pipelineParams = z.object({ runner, ingestionPipeline: pipelineReference.describe('The pipeline.') })
export type PipelineParams = z.infer<typeof pipelineParams>

/** `pipeline/toggle`: the wanted value, so that a repeat changes nothing. */
export const pipelineToggleParams = pipelineParams.extend({ enabled: z.boolean().describe('The wanted value, so that a repeat changes nothing.') })
export type PipelineToggleParams = z.infer<typeof pipelineToggleParams>

/** `run/kill`, `run/unfollowLogs`. */
export const runParams = z.object({ runner, runId })
export type RunParams = z.infer<typeof runParams>

const after = z.string().nullish().describe('Where the last answer ended; absent for the beginning.')

/** `run/logs`: a run, or the latest run of a pipeline. */
export const runLogsParams = z
  .object({
    runner,
    runId: runId.optional(),
    ingestionPipeline: pipelineReference.optional().describe('Instead of a run: its latest run.'),
    after,
  })
  .refine(({ runId: run, ingestionPipeline }) => (run === undefined) !== (ingestionPipeline === undefined), {
    path: ['runId'],
    message: 'must name the run, or `ingestionPipeline` the pipeline whose latest run is meant; not both',
  })
export type RunLogsParams = z.infer<typeof runLogsParams>

/** `run/followLogs`. */
export const followLogsParams = runParams.extend({ after })
export type FollowLogsParams = z.infer<typeof followLogsParams>

/** `data` of the answer to `run/logs`. */
export const runLogsData = z
  .object({
    total: z.string().describe('Bytes of log that are known so far, a decimal number.'),
    after: z.string().optional().describe('There is more now: to be given as `after`. A decimal number below `total`.'),
    resumeAfter: z.string().describe('Where this answer ends, also when there is no more now: to be given as `after` once the run has gone on.'),
    error: z.string().optional().describe('Why there is no log. Then nothing else is there.'),
  })
  .partial()
  .catchall(z.string())
  .describe("The text stands under the name of the pipeline type's task: `ingestion_task`, `profiler_task`, ...")
