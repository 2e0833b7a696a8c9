import type { ParamsOf, ResultOf, RunnerNotification, RunnerRequest, ServerMethod } from './methods.ts'
import type { ServiceResponse } from './protocol.ts'

/** What the runner does for the server's side of the link. */
export interface ControlPlaneHandlers {
  /** Answers one request. Throws InvalidRequest for bad params; any other throw is answered as an internal error. */
  readonly onRequest: (method: ServerMethod, params: unknown) => Promise<ServiceResponse>
  /** The link stands. Also told when it comes back. */
  readonly onConnected: (server: ConnectedServer) => void
  readonly onDisconnected: () => void
}

export interface ConnectedServer {
  /** `x.y.z` */
  readonly serverVersion: string
}

/** The runner's one connection to Collate, whatever it speaks. Reconnects by itself for ever. */
export interface ControlPlane {
  start(): void
  isConnected(): boolean
  /** Resolves when the connection has taken it, so that who waits never sends faster than the server reads. Rejects without a link. */
  notify<M extends RunnerNotification>(method: M, params: ParamsOf<M>): Promise<void>
  /** Something that the last try failed for may be mended (a token, a CA): without a link, tries again now. A link that stands stays. */
  retryNow(): void
  /** Sends a request of ours. Rejects when there is no link, when it breaks, and when the answer is an error or does not come in time. */
  request<M extends RunnerRequest>(method: M, params: ParamsOf<M>): Promise<ResultOf<M>>
  /** Takes no more requests, finishes those in hand, says goodbye and closes. */
  stop(reason: string): Promise<void>
}
