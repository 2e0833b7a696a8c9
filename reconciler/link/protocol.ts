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

// Server to runner.

/** `run/kill`. `pipeline/run` is judged by the compiler's own schema (compiler/request/run-request.ts). */
export const runKillParams = z.object({ runner: z.string().min(1), runId: z.uuid() })
export type RunKillParams = z.infer<typeof runKillParams>

export const SERVER_METHODS = ['pipeline/run', 'run/kill', 'service/status'] as const
export type ServerMethod = (typeof SERVER_METHODS)[number]
