import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { describeIssues } from './answer.ts'
import { CallFailed } from './call-book.ts'
import type { CollateServer } from './collate-server.ts'
import { createControlHandlers } from './control-handlers.ts'
import type { ControlHandlers } from './control-handlers.ts'
import { WaitTimedOut } from './memory.ts'
import { OPERATIONS } from './operations.ts'
import type { Operation } from './operations.ts'
import { readBody } from './read-body.ts'
import { jsonOf } from './rest-call.ts'

const MAX_BODY_BYTES = 64 * 1024 * 1024

/** The control API over HTTP: `POST /<operation>`, JSON in, `{value}` or `{code, message}` out. It asks for no token: bind it to loopback. */
export function createControlServer(collate: CollateServer): Server {
  const handlers = createControlHandlers(collate)
  return createServer((request, response) => void serve(handlers, request, response))
}

async function serve(handlers: ControlHandlers, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, body } = await perform(handlers, request)
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

interface ControlAnswer {
  readonly status: number
  readonly body: unknown
}

const failure = (status: number, code: string, message: string): ControlAnswer => ({ status, body: { code, message } })

async function perform(handlers: ControlHandlers, request: IncomingMessage): Promise<ControlAnswer> {
  const name = (request.url ?? '').slice(1)
  if (request.method !== 'POST' || !isOperation(name)) {
    return failure(
      404,
      'UnknownOperation',
      `POST one of: ${Object.keys(OPERATIONS)
        .map((one) => `/${one}`)
        .join(' ')}`,
    )
  }
  const body = await readBody(request, MAX_BODY_BYTES)
  if (typeof body === 'string') return failure(400, 'InvalidInput', `the body is ${body}`)
  const json = body.length === 0 ? { value: {} } : jsonOf(body)
  if (json === undefined) return failure(400, 'InvalidInput', 'the body is not JSON')
  const input = OPERATIONS[name].safeParse(json.value)
  if (!input.success) return failure(400, 'InvalidInput', describeIssues(input.error))
  return run(handlers, name, input.data)
}

async function run(handlers: ControlHandlers, name: Operation, input: unknown): Promise<ControlAnswer> {
  try {
    // `input` was read by the schema of `name`, which the types cannot follow through a look-up.
    const handle = handlers[name] as (input: unknown) => unknown
    return { status: 200, body: { value: (await handle(input)) ?? null } }
  } catch (error) {
    if (error instanceof WaitTimedOut) return failure(408, 'TimedOut', error.message)
    if (error instanceof CallFailed) return failure(409, error.code, error.message)
    return failure(500, 'Failed', error instanceof Error ? error.message : String(error))
  }
}

function isOperation(name: string): name is Operation {
  return Object.hasOwn(OPERATIONS, name)
}
