import { MAX_ID_LENGTH } from '../../reconciler/link/protocol.ts'

/** Under which id a frame is to be answered, by the rules of JSON-RPC 2.0 alone; undefined: not at all. */
export function expectedAnswer(data: string | Buffer): string | undefined {
  if (typeof data !== 'string') return 'null'
  const frame = parsed(data)
  if (frame === undefined || Array.isArray(frame) || typeof frame !== 'object' || frame === null) return 'null'
  const { jsonrpc, id, method, result, error } = frame as Readonly<Record<string, unknown>>
  const hasGoodId = id === null || isEchoed(id)
  const isSmall = Buffer.byteLength(data) <= 1024 * 1024
  if (isSmall && jsonrpc === '2.0' && typeof method === 'string' && method !== '' && (id === undefined || hasGoodId))
    return id === undefined ? undefined : JSON.stringify(id)
  if (isSmall && jsonrpc === '2.0' && hasGoodId && (result === undefined) !== (error === undefined) && (error === undefined || isError(error))) return undefined
  return isEchoed(id) ? JSON.stringify(id) : 'null'
}

function isEchoed(id: unknown): boolean {
  return (typeof id === 'string' && id.length <= MAX_ID_LENGTH) || (typeof id === 'number' && Number.isFinite(id))
}

function isError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || Array.isArray(error)) return false
  const { code, message } = error as Readonly<Record<string, unknown>>
  return typeof code === 'number' && Number.isFinite(code) && typeof message === 'string'
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
