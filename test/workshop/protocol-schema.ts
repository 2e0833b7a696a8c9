import { z } from 'zod'
import { type Method, METHODS_OF_SERVER, RUNNER_METHODS } from '../../reconciler/link/methods.ts'
import { PROTOCOL_VERSIONS, rpcError, rpcResponse, serviceResponse } from '../../reconciler/link/protocol.ts'

export type Direction = 'to the runner' | 'to the server'

/** A method as it is published. */
export interface PublishedMethod {
  readonly name: string
  readonly direction: Direction
  readonly method: Method
}

/** All methods, those of the runner first, in the order of their tables. */
export function publishedMethods(): PublishedMethod[] {
  return [
    ...Object.entries(RUNNER_METHODS).map(([name, method]) => ({ name, direction: 'to the server' as const, method })),
    ...Object.entries<Omit<Method, 'result'>>(METHODS_OF_SERVER).map(([name, method]) => ({
      name,
      direction: 'to the runner' as const,
      method: {
        ...method,
        result: method.data === undefined ? serviceResponse : serviceResponse.extend({ data: method.data.optional().describe('What was asked for.') }),
      },
    })),
  ]
}

export type JsonSchema = Readonly<Record<string, unknown>>

/** Control characters, in a form that every reader of JSON Schema takes; not all know `\\p{Cc}`. */
const NO_CONTROL_CHARACTERS = String.raw`^[^\u0000-\u001f\u007f-\u009f]*$`

/** What the schema takes, before it applies defaults. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      if (jsonSchema.pattern?.includes(String.raw`\p{`) === true) jsonSchema.pattern = NO_CONTROL_CHARACTERS
    },
  })
  return rest
}

/**
 * One schema for every frame of the link. In `$defs` each method has its frame under its name, its params under `<name>.params` and
 * the result of its answer under `<name>.result`, with a point where the name has a slash.
 */
export function protocolSchema(): JsonSchema {
  const methods = publishedMethods()
  const framesOf = (wanted: Direction): JsonSchema[] => methods.filter(({ direction }) => direction === wanted).map(({ name }) => reference(keyOf(name)))
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `A frame of the link between Collate and a hybrid ingestion runner, version ${PROTOCOL_VERSIONS.join(' or ')}`,
    anyOf: [reference('to-the-runner'), reference('to-the-server'), reference('answer')],
    $defs: {
      'to-the-runner': { title: 'A request of the server', anyOf: framesOf('to the runner') },
      'to-the-server': { title: 'A request or notification of the runner', anyOf: framesOf('to the server') },
      'answer': answerSchema(),
      ...Object.fromEntries(methods.flatMap(definitionsOf)),
    },
  }
}

function answerSchema(): JsonSchema {
  const title = 'An answer, of either side: what result holds says the method that was asked'
  return {
    title,
    ...jsonSchemaOf(rpcResponse),
    oneOf: [{ required: ['result'] }, { required: ['error'] }],
    description: `\`error\` is ${Object.keys(rpcError.shape).join(', ')}.`,
  }
}

function definitionsOf({ name, direction, method }: PublishedMethod): [string, JsonSchema][] {
  const key = keyOf(name)
  const isAnswered = method.result !== undefined
  const frame = {
    title: `${name}: a ${isAnswered ? 'request' : 'notification'} ${direction}`,
    description: method.summary,
    type: 'object',
    properties: {
      jsonrpc: { const: '2.0' },
      ...(isAnswered ? { id: { type: ['string', 'number', 'null'] } } : {}),
      method: { const: name },
      params: reference(`${key}.params`),
    },
    required: ['jsonrpc', ...(isAnswered && direction === 'to the server' ? ['id'] : []), 'method', ...(takesNothing(method.params) ? [] : ['params'])],
  }
  const result: [string, JsonSchema][] = method.result === undefined ? [] : [[`${key}.result`, jsonSchemaOf(method.result)]]
  return [[key, frame], [`${key}.params`, jsonSchemaOf(method.params)], ...result]
}

/** Params that may be left out. */
function takesNothing(params: z.ZodType): boolean {
  return jsonSchemaOf(params)['required'] === undefined && params.safeParse({}).success
}

function keyOf(name: string): string {
  return name.replaceAll('/', '.')
}

function reference(key: string): JsonSchema {
  return { $ref: `#/$defs/${key}` }
}
