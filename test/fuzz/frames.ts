import { randomUUID } from 'node:crypto'
import { SERVER_METHODS } from '../../reconciler/link/methods.ts'
import { MAX_FRAME_BYTES } from '../../reconciler/link/protocol.ts'
import { EXAMPLES } from '../workshop/protocol-examples.ts'
import { anyValue, mutated, textOf } from './mutate.ts'
import type { Random } from './random.ts'

/** One frame as a hostile or broken server might send it. */
export interface FuzzFrame {
  readonly kind: string
  readonly data: string | Buffer
  /** Sent as a text frame though its bytes are no UTF-8. */
  readonly isBrokenText?: boolean
  /** The WebSocket itself does not survive it. */
  readonly endsConnection?: boolean
}

/** Few enough that ids are replayed, and that runs are asked for again with the same and with another content. */
const RUN_IDS = Array.from({ length: 40 }, () => randomUUID())
const IDS: readonly unknown[] = [1, 2, 3, 0, -7, 1.5, 1e21, 'a', '', 'ü', 'x'.repeat(256), null]
const BAD_IDS: readonly unknown[] = [{}, [], true, 'x'.repeat(257), '@infinite@', { toString: 1 }]

type Maker = (random: Random) => FuzzFrame

const MAKERS: readonly { readonly weight: number; readonly make: Maker }[] = [
  { weight: 500, make: (random) => ({ kind: 'mutated params', data: textOf(request(random, mutated(paramsFor(random), random))) }) },
  { weight: 100, make: (random) => ({ kind: 'valid request', data: textOf(request(random, paramsFor(random))) }) },
  { weight: 40, make: (random) => ({ kind: 'notification', data: textOf({ ...request(random, mutated(paramsFor(random), random)), id: undefined }) }) },
  { weight: 90, make: (random) => ({ kind: 'mutated envelope', data: textOf(mutatedEnvelope(random)) }) },
  { weight: 80, make: truncated },
  { weight: 50, make: answerToNothing },
  { weight: 40, make: (random) => ({ kind: 'any JSON', data: textOf(anyValue(random)) }) },
  { weight: 30, make: (random) => ({ kind: 'any text', data: anyText(random) }) },
  { weight: 20, make: (random) => ({ kind: 'batch', data: textOf([request(random, {}), request(random, {})]) }) },
  { weight: 20, make: (random) => ({ kind: 'binary', data: Buffer.from(random.oneIn(2) ? textOf(request(random, {})) : anyText(random)) }) },
  { weight: 3, make: (random) => ({ kind: 'deep', data: deep(random) }) },
  { weight: 2, make: (random) => ({ kind: 'large', data: textOf(request(random, { x: 'x'.repeat(MAX_FRAME_BYTES - 200 + random.below(400)) })) }) },
]
/** These are few whatever the number of frames: each costs a connection, or megabytes. */
const RARE: readonly Maker[] = [
  (random) => ({ kind: '16 MiB', data: textOf(request(random, { x: 'x'.repeat(16 * MAX_FRAME_BYTES - 1_000) })) }),
  (random) => ({ kind: 'small lists of 1 MiB', data: textOf(request(random, { runner: '@lists@' })).replace('"@lists@"', `[${'[],'.repeat(340_000)}0]`) }),
  (random) => ({ kind: 'above 16 MiB', data: textOf(request(random, { x: 'x'.repeat(16 * MAX_FRAME_BYTES) })), endsConnection: true }),
  () => ({ kind: 'invalid UTF-8', data: Buffer.from([0x22, 0xc3, 0x28, 0xff, 0x22]), isBrokenText: true, endsConnection: true }),
]

const TOTAL = MAKERS.reduce((sum, { weight }) => sum + weight, 0)

/** `count` frames from one seed; about one in 2,500 is of the rare kinds. */
export function* fuzzFrames(count: number, random: Random): Generator<FuzzFrame> {
  for (let index = 0; index < count; index += 1) {
    if (index % 2_500 === 1_250) yield (RARE[((index / 1_250 - 1) / 2) % RARE.length] as Maker)(random)
    else yield makerFor(random)(random)
  }
}

function makerFor(random: Random): Maker {
  let left = random.below(TOTAL)
  for (const { weight, make } of MAKERS) {
    left -= weight
    if (left < 0) return make
  }
  throw new Error('the weights do not add up')
}

function request(random: Random, params: unknown): Record<string, unknown> {
  return { jsonrpc: '2.0', id: random.pick(IDS), method: lastMethod, params }
}

/** The method that the params of the frame in the making are for. */
let lastMethod: string = 'service/status'

function paramsFor(random: Random): unknown {
  const method = random.pick(SERVER_METHODS)
  lastMethod = method
  const params = structuredClone(EXAMPLES[method].params) as Record<string, unknown>
  if ('runId' in params) params['runId'] = random.pick(RUN_IDS)
  if ('notAfter' in params) delete params['notAfter']
  return params
}

function mutatedEnvelope(random: Random): unknown {
  const frame = request(random, paramsFor(random))
  const bad = { jsonrpc: [anyValue(random), '2.0'], id: BAD_IDS, method: ['', 'pipeline/sing', '__proto__', 'constructor', anyValue(random)] }
  const member = random.pick(['jsonrpc', 'id', 'method'] as const)
  return { ...frame, [member]: random.pick<unknown>(bad[member]) }
}

function truncated(random: Random): FuzzFrame {
  const whole = textOf(request(random, paramsFor(random)))
  return { kind: 'truncated', data: random.oneIn(2) ? whole.slice(0, random.below(whole.length)) : whole.slice(random.below(whole.length)) }
}

/** Ids of the runner's own requests are small numbers: some of these answer what is really asked. */
function answerToNothing(random: Random): FuzzFrame {
  const id = random.oneIn(2) ? random.below(50) : random.pick([...IDS, ...BAD_IDS])
  const answer = random.oneIn(2)
    ? { result: anyValue(random) }
    : { error: random.oneIn(3) ? anyValue(random) : { code: -1, message: 'x', data: anyValue(random) } }
  return {
    kind: 'answer to nothing',
    data: textOf({ jsonrpc: '2.0', id, ...answer, ...(random.oneIn(5) ? { result: 1, error: { code: 1, message: '' } } : {}) }),
  }
}

function anyText(random: Random): string {
  return Array.from({ length: random.below(60) }, () => String.fromCodePoint(random.oneIn(9) ? random.below(0xd7ff) : 32 + random.below(95))).join('')
}

function deep(random: Random): string {
  const params = random.pick(['@deep-lists@', '@deep-objects@'])
  paramsFor(random)
  return random.oneIn(2)
    ? textOf(params)
    : textOf(request(random, random.oneIn(2) ? params : { runner: 'aws-prod', ingestionPipeline: params, workflow: params, app: params }))
}
