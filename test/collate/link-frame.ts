import type { z } from 'zod'
import { RPC_ERROR } from '../../reconciler/link/codes.ts'
import { rpcRequest, rpcResponse } from '../../reconciler/link/protocol.ts'

export type FrameId = string | number | null

/** What a JSON-RPC request was answered with. */
export type RpcAnswer = { readonly result: unknown } | { readonly error: { readonly code: number; readonly message: string; readonly data?: unknown } }

/** A text frame, read. */
export type Frame =
  | { readonly kind: 'request'; readonly id: FrameId; readonly method: string; readonly params: unknown }
  | { readonly kind: 'notification'; readonly method: string; readonly params: unknown }
  | { readonly kind: 'answer'; readonly id: FrameId; readonly answer: RpcAnswer }
  | { readonly kind: 'broken'; readonly rpcCode: number; readonly issues: readonly FrameIssue[] }

export interface FrameIssue {
  readonly code: string
  readonly path: string
  readonly message: string
}

const broken = (rpcCode: number, path: string, message: string): Frame => ({
  kind: 'broken',
  rpcCode,
  issues: [{ code: rpcCode === RPC_ERROR.parse ? 'parse' : 'invalidFrame', path, message }],
})

/** Reads one text frame. Total: whatever the text is, a frame comes back. */
export function readFrame(text: string): Frame {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return broken(RPC_ERROR.parse, '', 'the frame is not JSON')
  }
  if (Array.isArray(json)) return broken(RPC_ERROR.invalidRequest, '', 'the frame is a batch; send one message a frame')
  if (typeof json !== 'object' || json === null) return broken(RPC_ERROR.invalidRequest, '', 'the frame is not a JSON object')
  return 'method' in json ? readRequest(json) : readAnswer(json)
}

function readRequest(json: object): Frame {
  const parsed = rpcRequest.safeParse(json)
  if (!parsed.success) return { kind: 'broken', rpcCode: RPC_ERROR.invalidRequest, issues: frameIssues('invalidFrame', parsed.error) }
  const { id, method, params } = parsed.data
  return id === undefined ? { kind: 'notification', method, params } : { kind: 'request', id, method, params }
}

function readAnswer(json: object): Frame {
  const parsed = rpcResponse.safeParse(json)
  if (!parsed.success) return { kind: 'broken', rpcCode: RPC_ERROR.invalidRequest, issues: frameIssues('invalidFrame', parsed.error) }
  const { id, result, error } = parsed.data
  if (error === undefined) return { kind: 'answer', id, answer: { result } }
  const { code, message, data } = error
  return { kind: 'answer', id, answer: { error: data === undefined ? { code, message } : { code, message, data } } }
}

export function frameIssues(code: string, error: z.ZodError, under: string = ''): readonly FrameIssue[] {
  return error.issues.map((issue) => ({
    code,
    path: [under, ...issue.path].filter((part) => part !== '').join('.'),
    message: issue.message,
  }))
}
