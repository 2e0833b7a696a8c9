import { createJSONRPCErrorResponse, createJSONRPCSuccessResponse, JSONRPCClient, type JSONRPCRequest, JSONRPCServer } from 'json-rpc-2.0'
import type { z } from 'zod'
import { formatIssues, type Issue } from '../../compiler/issue.ts'
import { issuesFromZod } from '../../compiler/zod-issues.ts'
import { InvalidRequest } from '../request/answer.ts'
import { RPC_ERROR } from './codes.ts'
import {
  type ParamsOf,
  type ResultOf,
  RUNNER_METHODS,
  type RunnerNotification,
  type RunnerRequest,
  SERVER_METHODS,
  type ServerMethod,
  URGENT_METHODS,
} from './methods.ts'
import { Intake, type IntakeLimits } from './intake.ts'
import { MAX_FRAME_BYTES, MAX_ID_LENGTH, rpcRequest, rpcResponse, type ServiceResponse } from './protocol.ts'

export interface RpcPeerOptions {
  readonly send: (text: string) => void
  readonly onRequest: (method: ServerMethod, params: unknown) => Promise<ServiceResponse>
  /** Something of ours failed while answering. */
  readonly onInternalError: (method: string, error: unknown) => void
  readonly intake?: IntakeLimits
}

/** Some thousand requests of the usual size; a frame that is made to be large when read is worked on alone. */
const INTAKE: IntakeLimits = { atWork: 64, bytesAtWork: 2 * MAX_FRAME_BYTES, bytesWaiting: 16 * MAX_FRAME_BYTES }

/** Of one answer to bad params: whoever sent them mends the first ones first. */
const MAX_ISSUES = 100
const MAX_ISSUE_LENGTH = 1_000

type Request = z.output<typeof rpcRequest>

/**
 * JSON-RPC 2.0 over text frames, both directions. Every frame is judged before the library sees it: size, JSON, shape. A bad one
 * gets a JSON-RPC error and changes nothing else.
 */
export class RpcPeer {
  readonly #options: RpcPeerOptions
  readonly #server = new JSONRPCServer({ errorListener: () => undefined })
  readonly #client: JSONRPCClient
  readonly #intake: Intake
  #isServing = true

  constructor(options: RpcPeerOptions) {
    this.#options = options
    this.#intake = new Intake(options.intake ?? INTAKE)
    this.#client = new JSONRPCClient((request) => options.send(JSON.stringify(request)))
    this.#server.mapErrorToJSONRPCErrorResponse = (id, error) => this.#errorAnswer(id, error)
    for (const method of SERVER_METHODS) this.#server.addMethod(method, async (params: unknown) => this.#answer(method, params))
  }

  receiveText(text: string, bytes: number): void {
    let frame: unknown
    try {
      frame = JSON.parse(text)
    } catch {
      return this.#refuse(null, RPC_ERROR.parse, 'the frame is not JSON')
    }
    // Read for its id alone, so that whoever waits for this answer is told.
    if (bytes > MAX_FRAME_BYTES)
      return this.#refuse(idOf(frame), RPC_ERROR.frameTooLarge, `a frame holds at most ${MAX_FRAME_BYTES} bytes, this one has ${bytes}`)
    if (Array.isArray(frame)) return this.#refuse(null, RPC_ERROR.invalidRequest, 'batches are not supported; send one request a frame')
    this.#route(frame, text, bytes)
  }

  receiveBinary(): void {
    this.#refuse(null, RPC_ERROR.invalidRequest, 'binary frames are not supported; send JSON-RPC 2.0 as text')
  }

  /** Rejects when the answer is an error, does not come in time, or is not what the method is answered with. */
  async request<M extends RunnerRequest>(method: M, params: ParamsOf<M>, timeoutMs: number): Promise<ResultOf<M>> {
    const answer = RUNNER_METHODS[method].result.safeParse(await this.#client.timeout(timeoutMs).request(method, params))
    if (answer.success) return answer.data as ResultOf<M>
    throw new Error(`the server's answer to ${method} is not understood: ${formatIssues(issuesFromZod(answer.error))}`)
  }

  notify<M extends RunnerNotification>(method: M, params: ParamsOf<M>): void {
    this.#client.notify(method, params)
  }

  /** Refuses new requests from now on, and resolves when every one in hand is answered. */
  async drain(): Promise<void> {
    this.#isServing = false
    await this.#intake.drain()
  }

  close(): void {
    this.#client.rejectAllPendingRequests('the link was closed')
  }

  #route(frame: unknown, text: string, bytes: number): void {
    const request = rpcRequest.safeParse(frame)
    if (request.success) return this.#isServing ? this.#takeIn(request.data, text, bytes) : this.#turnAway(request.data.id)
    const response = rpcResponse.safeParse(frame)
    if (response.success) {
      const { id, result = null, error } = response.data
      this.#client.receive(
        error === undefined ? createJSONRPCSuccessResponse(id, result) : createJSONRPCErrorResponse(id, error.code, error.message, error.data),
      )
      return
    }
    this.#refuse(idOf(frame), RPC_ERROR.invalidRequest, 'the frame is neither a JSON-RPC 2.0 request nor a response: it wants jsonrpc "2.0" and a method')
  }

  /** A request that waits is kept as its text, which is smaller than what it becomes when it is read. */
  #takeIn({ id, method }: Request, text: string, bytes: number): void {
    const begin = async (): Promise<void> =>
      this.#respond(rpcRequest.parse(JSON.parse(text))).catch((error: unknown) => this.#options.onInternalError(method, error))
    const isTaken = this.#intake.take({ bytes, isUrgent: URGENT_METHODS.includes(method), begin, turnAway: () => this.#turnAway(id) })
    if (!isTaken && id !== undefined) this.#refuse(id, RPC_ERROR.busy, 'too many requests are in hand; send it again a little later')
  }

  #turnAway(id: Request['id']): void {
    if (id === undefined) return
    this.#refuse(id, RPC_ERROR.stopping, 'the runner is stopping; send the request again to its successor')
  }

  async #respond({ id, method, params }: Request): Promise<void> {
    const request: JSONRPCRequest = { jsonrpc: '2.0', method, params, ...(id === undefined ? {} : { id }) }
    const response = await this.#server.receive(request)
    if (response !== null) this.#options.send(JSON.stringify(response))
  }

  async #answer(method: ServerMethod, params: unknown): Promise<ServiceResponse> {
    try {
      return await this.#options.onRequest(method, params)
    } catch (error) {
      if (!(error instanceof InvalidRequest)) this.#options.onInternalError(method, error)
      throw error
    }
  }

  /** What went wrong inside stays inside: an error's own text may hold anything. */
  #errorAnswer(id: string | number | null, error: unknown): ReturnType<typeof createJSONRPCErrorResponse> {
    if (error instanceof InvalidRequest) return createJSONRPCErrorResponse(id, RPC_ERROR.invalidParams, 'invalid params', { issues: shownIssues(error.issues) })
    return createJSONRPCErrorResponse(id, RPC_ERROR.internal, 'internal error; the runner has logged it')
  }

  #refuse(id: string | number | null, code: number, message: string): void {
    this.#options.send(JSON.stringify(createJSONRPCErrorResponse(id, code, message)))
  }
}

function idOf(frame: unknown): string | number | null {
  const id = typeof frame === 'object' && frame !== null && 'id' in frame ? frame.id : null
  return (typeof id === 'string' && id.length <= MAX_ID_LENGTH) || typeof id === 'number' ? id : null
}

/** As many as help: a path may hold a key of the request, which may be as long as the frame. */
function shownIssues(issues: readonly Issue[]): readonly Issue[] {
  return issues.slice(0, MAX_ISSUES).map(({ code, path, message }) => ({ code, path: shortened(path), message: shortened(message) }))
}

function shortened(text: string): string {
  return text.length <= MAX_ISSUE_LENGTH ? text : `${text.slice(0, MAX_ISSUE_LENGTH)}...`
}
