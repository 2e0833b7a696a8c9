import { request } from 'node:http'
import { z } from 'zod'
import type { Operation, OperationInput, OperationOutput } from './operations.ts'

/** An operation of the control API that was refused or failed; `code` as the server gives it, or `Gone` when the server ended. */
export class CollateError extends Error {
  override name = 'CollateError'
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

export type Ask = <Name extends Operation>(name: Name, input: OperationInput<Name>) => Promise<OperationOutput[Name]>

const valueAnswer = z.object({ value: z.unknown() })
const failureAnswer = z.object({ code: z.string(), message: z.string() })

/** A typed caller of the control API. Node's own `fetch` gives up after five minutes without an answer, hence `request`. */
export function createAsk(controlPort: number): Ask {
  return async (name, input) => {
    const { status, text } = await post(controlPort, `/${name}`, JSON.stringify(input))
    const body: unknown = JSON.parse(text)
    if (status === 200) return valueAnswer.parse(body).value as OperationOutput[typeof name]
    const { code, message } = failureAnswer.parse(body)
    throw new CollateError(code, message)
  }
}

function post(port: number, path: string, body: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const gone = (cause: Error): void => reject(new CollateError('Gone', `the server is gone: ${cause.message}`, { cause }))
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    // A connection for each call: one that is kept may be closed by the server just when it is used again.
    const sent = request({ host: '127.0.0.1', port, path, method: 'POST', headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', gone)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }))
    })
    sent.on('error', gone)
    sent.end(body)
  })
}
