import type { RunLogParams } from '../../reconciler/link/protocol.ts'
import type { PipelineStatus } from './pipeline-status.ts'

/** One REST call or WebSocket handshake. Tokens are remembered by their name only. */
export interface RequestEntry {
  readonly seq: number
  /** Epoch milliseconds of the arrival of its head. */
  readonly at: number
  readonly method: string
  /** Path and query as they came, still encoded. */
  readonly path: string
  /** The name of the bearer token; `unknown` when it is none of ours, null when there was none. */
  readonly token: string | null
  bodyBytes: number
  /** What it was answered with; null while it is open, and for ever when the connection was destroyed instead. */
  status: number | null
  endedAt: number | null
  /** The message of an error answer. */
  problem: string | null
  /** The kinds of misbehaviour that met it. */
  readonly misbehaved: string[]
}

/** One attempt to open the link, also a refused one. */
export interface ConnectionEntry {
  readonly seq: number
  readonly at: number
  readonly agentId: string
  readonly token: string | null
  /** 101 when it was opened, else the status that refused it. */
  readonly status: number
  helloAt: number | null
  hello: unknown
  goodbye: string | null
  closedAt: number | null
  /** As WebSocket has it: 1006 is an end without a close frame. */
  closeCode: number | null
  closeReason: string | null
}

/** One frame of the link. Of frames that we sent only the outline is kept: their params hold connections and tokens. */
export interface FrameEntry {
  readonly seq: number
  readonly at: number
  readonly agentId: string
  /** `seq` of its connection. */
  readonly connection: number
  readonly direction: 'received' | 'sent'
  readonly bytes: number
  readonly isBinary: boolean
  readonly method: string | null
  /** Whole, for received text frames only. */
  readonly text: string | null
}

/** Lines of a run that is followed, as they came. */
export interface FollowedLines extends RunLogParams {
  readonly seq: number
  readonly at: number
  readonly agentId: string
  readonly connection: number
}

/** A frame of the runner that breaks the protocol. */
export interface Violation {
  readonly seq: number
  readonly at: number
  readonly agentId: string
  readonly connection: number
  readonly code: string
  readonly path: string
  readonly message: string
}

/** One accepted write of a pipeline status. */
export interface StatusWrite {
  readonly seq: number
  readonly at: number
  readonly fqn: string
  readonly runId: string
  /** The name of the token that wrote it, or `server` for the queued row that the server itself writes. */
  readonly writer: string
  readonly status: PipelineStatus
  /** The state that this write replaced. */
  readonly replaced: PipelineStatus['pipelineState'] | null
}

/** A runner as Collate's page of runners shows it. */
export interface RunnerState {
  readonly agentId: string
  readonly state: 'Active' | 'Inactive'
  readonly hello: unknown
  readonly lastHeardAt: number | null
}
