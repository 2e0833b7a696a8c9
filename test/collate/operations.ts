import { z } from 'zod'
import { desiredRun } from '../../reconciler/link/protocol.ts'
import type { RawOutcome } from './call-book.ts'
import type { AutomationWorkflow } from './automation-workflow.ts'
import type { Desired } from './desired.ts'
import type { ConnectionEntry, FollowedLines, FrameEntry, RequestEntry, RunnerState, StatusWrite, Violation } from './entries.ts'
import type { RpcAnswer } from './link-frame.ts'
import { misbehaviour, patternSource } from './misbehaviour.ts'
import type { HeldCall } from './misbehaviour.ts'
import { PIPELINE_STATES } from './pipeline-status.ts'
import type { PipelineStatus } from './pipeline-status.ts'
import type { RunLog } from './run-logs.ts'

const agentId = z.string().optional()
const timeoutMs = z.number().int().positive().default(10_000)
/** Only what has a greater sequence number. */
const afterSeq = z.number().int().nonnegative().default(0)
const ofRun = { fqn: z.string(), runId: z.string() }
const nothing = z.strictObject({})

/** The control API: `POST /<operation>` with this as its JSON body. */
export const OPERATIONS = {
  runners: nothing,
  /** With `queuedFor`, the name of a pipeline, an accepted run gets the queued row that OpenMetadata writes after a trigger. */
  call: z.strictObject({ agentId, method: z.string(), params: z.unknown().optional(), timeoutMs, queuedFor: z.string().optional() }),
  /** One of `text` and `base64` (a binary frame). */
  sendRaw: z.strictObject({ agentId, text: z.string().optional(), base64: z.string().optional(), timeoutMs }),
  /** What a runner is to have from now on: the params of `pipeline/deploy` of each schedule, and the runs that the server waits for. */
  setDesired: z.strictObject({
    agentId: z.string(),
    pipelines: z.array(z.unknown()).optional(),
    runs: z.array(desiredRun).optional(),
    /** The server says that there are so many; null for the truth. */
    totalPipelines: z.number().int().nullable().optional(),
  }),
  desired: z.strictObject({ agentId: z.string() }),
  cut: z.strictObject({ agentId, code: z.number().int().optional() }),

  status: z.strictObject(ofRun),
  history: z.strictObject({ fqn: z.string().optional(), runId: z.string().optional(), afterSeq }),
  log: z.strictObject(ofRun),
  /** What came in `run/log` notifications. */
  followed: z.strictObject({ runId: z.string(), afterSeq }),
  workflows: nothing,
  requests: z.strictObject({ afterSeq }),
  frames: z.strictObject({ agentId, afterSeq }),
  connections: z.strictObject({ agentId, afterSeq }),
  violations: z.strictObject({ afterSeq }),

  waitForStatus: z.strictObject({
    runId: z.string(),
    state: z.enum(PIPELINE_STATES).optional(),
    fqn: z.string().optional(),
    writer: z.string().optional(),
    afterSeq,
    timeoutMs,
  }),
  waitForRunner: z.strictObject({ agentId: z.string(), state: z.enum(['Active', 'Inactive']), timeoutMs }),
  /** A REST call that has ended. */
  waitForRequest: z.strictObject({
    method: z.string().optional(),
    path: patternSource.optional(),
    status: z.number().int().nullable().optional(),
    afterSeq,
    timeoutMs,
  }),
  waitForFrame: z.strictObject({ agentId, method: z.string(), afterSeq, timeoutMs }),
  /** Lines of a run that is followed: some that hold `text`, or the last. */
  waitForFollowed: z.strictObject({ runId: z.string(), text: z.string().optional(), isComplete: z.boolean().optional(), afterSeq, timeoutMs }),
  /** `count` attempts to connect, refused ones among them unless `status` says otherwise. */
  waitForConnections: z.strictObject({
    agentId,
    count: z.number().int().positive(),
    status: z.number().int().optional(),
    afterSeq,
    timeoutMs,
  }),

  misbehave: misbehaviour,
  behave: z.strictObject({ id: z.number().int().optional() }),
  waitHeld: z.strictObject({ id: z.number().int(), count: z.number().int().positive().default(1), timeoutMs }),
  forget: nothing,
  stopListening: nothing,
  listenAgain: nothing,
  setTokens: z.strictObject({ tokens: z.record(z.string(), z.string()) }),
  configure: z.strictObject({
    serverVersion: z.string().optional(),
    heartbeatIntervalMs: z.number().int().positive().optional(),
    retryAfterMs: z.number().int().nonnegative().nullable().optional(),
    protocolVersions: z.array(z.string()).optional(),
    helloExtras: z.record(z.string(), z.unknown()).optional(),
  }),
} as const

export type Operation = keyof typeof OPERATIONS
export type OperationInput<Name extends Operation> = z.input<(typeof OPERATIONS)[Name]>
export type ReadInput<Name extends Operation> = z.output<(typeof OPERATIONS)[Name]>

/** What each operation gives: the `value` of its answer. */
export interface OperationOutput {
  runners: readonly RunnerState[]
  call: RpcAnswer
  sendRaw: RawOutcome
  setDesired: null
  desired: Desired
  cut: number
  status: PipelineStatus | null
  history: readonly StatusWrite[]
  log: RunLog | null
  followed: readonly FollowedLines[]
  workflows: readonly AutomationWorkflow[]
  requests: readonly RequestEntry[]
  frames: readonly FrameEntry[]
  connections: readonly ConnectionEntry[]
  violations: readonly Violation[]
  waitForStatus: StatusWrite
  waitForRunner: RunnerState
  waitForRequest: RequestEntry
  waitForFrame: FrameEntry
  waitForFollowed: FollowedLines
  waitForConnections: readonly ConnectionEntry[]
  misbehave: { readonly id: number }
  behave: null
  waitHeld: readonly HeldCall[]
  forget: null
  stopListening: null
  listenAgain: null
  setTokens: null
  configure: null
}
