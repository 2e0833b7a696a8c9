/**
 * The frames of the link: JSON-RPC 2.0 in text frames over one WebSocket. One schema a method, shared by both ends.
 *
 * Unknown fields are ignored in both directions, so that either end can be newer.
 */
import { z } from 'zod'

export const SUBPROTOCOL = 'collate-runner.v1'
export const PROTOCOL_VERSION = '1.0'
/** Bytes of one text frame. A larger one gets a JSON-RPC error. */
export const MAX_FRAME_BYTES = 1024 * 1024
export const connectPath = (agentId: string): string => `/api/v1/ingestionRunners/${encodeURIComponent(agentId)}/connect`

/** JSON-RPC 2.0 section 5.1, and ours from -32000 down. */
export const RPC_ERROR = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  frameTooLarge: -32001,
  stopping: -32002,
} as const

const identifier = z.union([z.string(), z.number(), z.null()])

export const rpcRequest = z.object({
  jsonrpc: z.literal('2.0'),
  id: identifier.optional(),
  method: z.string().min(1),
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
export const serviceResponse = z.object({
  code: z.number().int(),
  reason: z.string().optional(),
  platform: z.string(),
  version: z.string().optional(),
  runId: z.string().optional(),
  /** What a method gives beside the verdict, such as log lines under their task's key. */
  data: z.record(z.string(), z.unknown()).optional(),
})
export type ServiceResponse = z.infer<typeof serviceResponse>

// Runner to server.

/** `runner/hello`, the first frame of a connection. */
export const helloParams = z.object({
  agentId: z.string(),
  runnerVersion: z.string(),
  protocolVersions: z.array(z.string()),
  executor: z.enum(['simple', 'argo']),
  kubernetesVersion: z.string().optional(),
  capabilities: z.array(z.string()),
})
export type HelloParams = z.infer<typeof helloParams>

export const helloResult = z.object({
  protocolVersion: z.string(),
  serverVersion: z.string(),
  heartbeatIntervalMs: z.number().int().positive(),
  /** A hint for the next reconnect: not sooner than this. */
  retryAfterMs: z.number().int().nonnegative().optional(),
})
export type HelloResult = z.infer<typeof helloResult>

/** `runner/heartbeat`, a request; its answer is an empty object. */
export const heartbeatParams = z.object({ agentId: z.string(), activeRuns: z.number().int(), queuedRuns: z.number().int() })

/** `runner/goodbye`, a notification before the runner closes the socket on purpose. */
export const goodbyeParams = z.object({ agentId: z.string(), reason: z.string() })

/**
 * `desired/sync`, a request: which schedules this runner is to have, and which runs Collate waits for. Sent on every connect, on
 * `desired/changed` and by a timer. First the outline, page by page; then with `ids` the bodies of those that differ.
 */
export const desiredSyncParams = z.object({
  agentId: z.string(),
  /** Where the last page ended; absent for the first. */
  cursor: z.string().optional(),
  limit: z.number().int().positive(),
  /** Asks for the bodies of these pipelines instead of the outline. */
  pipelineIds: z.array(z.string()).optional(),
})
export type DesiredSyncParams = z.infer<typeof desiredSyncParams>

/** One schedule in the outline. */
export const desiredPipeline = z.object({
  id: z.uuid(),
  fullyQualifiedName: z.string(),
  /** Epoch milliseconds: orders it against `pipeline/deploy`, `toggle` and `delete`. */
  updatedAt: z.number().int(),
  enabled: z.boolean().default(true),
})

/** A run that Collate has as queued or running at this runner. */
export const desiredRun = z.object({ runId: z.uuid(), pipelineFqn: z.string() })

export const desiredSyncResult = z.object({
  /** Pipelines and runs in all pages together. A list that does not match it is incomplete, and nothing is pruned by it. */
  totalPipelines: z.number().int().nonnegative(),
  totalRuns: z.number().int().nonnegative(),
  pipelines: z.array(desiredPipeline),
  runs: z.array(desiredRun),
  /** With `pipelineIds`: the params of `pipeline/deploy` of each that is still there. */
  bodies: z.array(z.unknown()).optional(),
  /** Absent on the last page. */
  nextCursor: z.string().optional(),
})
export type DesiredSyncResult = z.infer<typeof desiredSyncResult>

/** `run/log`, a notification: lines of a run that somebody follows. */
export const runLogParams = z.object({
  runId: z.string(),
  /** Whole lines, UTF-8. */
  text: z.string(),
  /** To be given as `after` to go on from here. */
  after: z.string(),
  /** Nothing more will come. */
  isComplete: z.boolean(),
})
export type RunLogParams = z.infer<typeof runLogParams>

// Server to runner. `pipeline/run`, `pipeline/deploy`, `automation/run` and `application/run` are judged by the compiler's own schemas (compiler/request/).

const runner = z.string().min(1)

/** The pipeline that a request is about, by OpenMetadata's own fields. */
export const pipelineReference = z.looseObject({
  id: z.uuid().transform((id) => id.toLowerCase()),
  fullyQualifiedName: z.string().min(1),
  updatedAt: z.number().int().nullish(),
})

/** `pipeline/delete`, `pipeline/kill`, `pipeline/queued`. */
export const pipelineParams = z.object({ runner, ingestionPipeline: pipelineReference })
export type PipelineParams = z.infer<typeof pipelineParams>

/** `pipeline/toggle`: the wanted value, so that a repeat changes nothing. */
export const pipelineToggleParams = z.object({ runner, ingestionPipeline: pipelineReference, enabled: z.boolean() })
export type PipelineToggleParams = z.infer<typeof pipelineToggleParams>

/** `run/kill`, `run/unfollowLogs`. */
export const runParams = z.object({ runner, runId: z.uuid().transform((id) => id.toLowerCase()) })
export type RunParams = z.infer<typeof runParams>

/** `run/logs`, `run/followLogs`. */
export const runLogsParams = runParams.extend({
  /** Where the last answer ended; absent for the beginning. */
  after: z.string().nullish(),
})
export type RunLogsParams = z.infer<typeof runLogsParams>

export const SERVER_METHODS = [
  'pipeline/run',
  'pipeline/deploy',
  'pipeline/delete',
  'pipeline/toggle',
  'pipeline/kill',
  'pipeline/queued',
  'run/kill',
  'run/logs',
  'run/followLogs',
  'run/unfollowLogs',
  'automation/run',
  'application/run',
  'service/status',
  'service/hostIp',
  'desired/changed',
] as const
export type ServerMethod = (typeof SERVER_METHODS)[number]
