import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { errorAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import type { RequestEntry } from './entries.ts'
import type { Memory } from './memory.ts'
import { fitsMatch } from './misbehaviour.ts'
import type { MisbehaviourKind, Misbehaviours, RestMatch } from './misbehaviour.ts'
import { readBody } from './read-body.ts'
import { splitTarget } from './rest-call.ts'
import type { RestCall } from './rest-call.ts'
import { needsToken } from './routes.ts'
import { UNKNOWN_TOKEN } from './tokens.ts'
import type { Tokens } from './tokens.ts'

const MAX_BODY_BYTES = 10 * 1024 * 1024

interface RestParts {
  readonly memory: Memory
  readonly tokens: Tokens
  readonly misbehaviours: Misbehaviours
  readonly route: (call: RestCall) => Answer
}

type RestKind = Extract<MisbehaviourKind, 'delayRest' | 'loseRequest' | 'answerRest' | 'hold' | 'loseAnswer'>

/** Serves one REST call: remembers it, lets the misbehaviours that fit have it, checks the token and does the work. */
export async function serveRest(parts: RestParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const entry = rememberRequest(parts, request)
  const body = await readBody(request, MAX_BODY_BYTES)
  if (body === 'aborted') return finish(parts, entry, null)
  if (body === 'tooLarge') return send(parts, entry, response, errorAnswer(413, `body: larger than ${MAX_BODY_BYTES} bytes`))
  entry.bodyBytes = body.length
  const outcome = await work(parts, entry, body).catch((error: unknown) => errorAnswer(500, `the reference server failed: ${String(error)}`))
  if (outcome !== 'lost') return send(parts, entry, response, outcome)
  response.destroy()
  finish(parts, entry, null)
}

async function work(parts: RestParts, entry: RequestEntry, body: Buffer): Promise<Answer | 'lost'> {
  const text = body.toString('utf8')
  const take = <Kind extends RestKind>(kind: Kind, fits: (wanted: { at?: string }) => boolean = () => true) => {
    const taken = parts.misbehaviours.take(
      kind,
      (wanted: { match: RestMatch; at?: string }) => fits(wanted) && fitsMatch(wanted.match, { ...entry, body: text }),
    )
    if (taken !== undefined) entry.misbehaved.push(kind)
    return taken
  }
  const holdAt = async (at: 'beforeWork' | 'beforeAnswer'): Promise<void> => {
    const taken = take('hold', (wanted) => wanted.at === at)
    if (taken !== undefined) await parts.misbehaviours.hold({ rule: taken.id, seq: entry.seq, method: entry.method, path: entry.path })
  }

  const delay = take('delayRest')
  if (delay !== undefined) await sleep(delay.wanted.delayMs)
  if (take('loseRequest') !== undefined) return 'lost'
  const wrong = take('answerRest')
  if (wrong !== undefined) return wrongAnswer(wrong.wanted)
  await holdAt('beforeWork')
  const answered = judge(parts, entry, body)
  await holdAt('beforeAnswer')
  return take('loseAnswer') === undefined ? answered : 'lost'
}

function judge(parts: RestParts, entry: RequestEntry, body: Buffer): Answer {
  const target = splitTarget(entry.path)
  if (target === undefined) return errorAnswer(404, 'HTTP 404 Not Found')
  if (needsToken(target.segments)) {
    if (entry.token === null) return errorAnswer(401, 'Not Authorized! Token not present')
    if (entry.token === UNKNOWN_TOKEN) return errorAnswer(401, 'Not Authorized! Token is not valid')
  }
  return parts.route({ method: entry.method, ...target, body, writer: entry.token ?? UNKNOWN_TOKEN, at: entry.at })
}

function wrongAnswer(wanted: { status: number; retryAfterSeconds?: number | undefined; body?: string | undefined }): Answer {
  const headers = wanted.retryAfterSeconds === undefined ? {} : { 'retry-after': String(wanted.retryAfterSeconds) }
  const plain = errorAnswer(wanted.status, `HTTP ${wanted.status}, as told to answer`)
  return { status: wanted.status, body: wanted.body ?? plain.body, headers }
}

function rememberRequest({ memory, tokens }: RestParts, request: IncomingMessage): RequestEntry {
  const entry: RequestEntry = {
    seq: memory.nextSeq(),
    at: Date.now(),
    method: request.method ?? '',
    path: request.url ?? '',
    token: tokens.nameOf(request.headers.authorization),
    bodyBytes: 0,
    status: null,
    endedAt: null,
    problem: null,
    misbehaved: [],
  }
  memory.requests.push(entry)
  memory.changed()
  return entry
}

const errorBody = z.object({ message: z.string() })

/** A body that is text goes out as it is, anything else as JSON. */
function send(parts: RestParts, entry: RequestEntry, response: ServerResponse, { status, body, headers }: Answer): void {
  if (response.destroyed) return finish(parts, entry, null)
  const isText = typeof body === 'string'
  response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers })
  response.end(isText ? body : JSON.stringify(body))
  entry.problem = status < 400 ? null : (errorBody.safeParse(body).data?.message ?? null)
  finish(parts, entry, status)
}

function finish({ memory }: RestParts, entry: RequestEntry, status: number | null): void {
  entry.status = status
  entry.endedAt = Date.now()
  memory.changed()
}
