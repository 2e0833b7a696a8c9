import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { issuesFromZod } from '../../compiler/zod-issues.ts'
import { parseLogCursor } from '../../reconciler/logs/log-position.ts'
import { RUN_ID } from '../compiler/examples/run-request.ts'
import { EXAMPLES } from './protocol-examples.ts'
import { fieldsOf } from './protocol-fields.ts'
import { type JsonSchema, jsonSchemaOf, protocolSchema, publishedMethods } from './protocol-schema.ts'

const METHODS = publishedMethods()
type Definitions = Readonly<Record<string, JsonSchema>>
const definitions = protocolSchema()['$defs'] as Definitions

function issues(schema: z.ZodType, value: unknown): unknown[] {
  const parsed = schema.safeParse(value)
  return parsed.success ? [] : issuesFromZod(parsed.error, value)
}

/** The published schema itself, read back. */
function published(key: string): z.ZodType {
  const { anyOf: _, ...rest } = protocolSchema()
  return z.fromJSONSchema({ ...rest, $ref: `#/$defs/${key}` })
}

describe.each(METHODS)('$name', ({ name, method }) => {
  const { params, result } = EXAMPLES[name as keyof typeof EXAMPLES]
  const key = name.replace('/', '.')

  test('has an example that its schemas take', () => {
    expect(issues(method.params, params)).toEqual([])
    expect(result === undefined).toBe(method.result === undefined)
    if (method.result !== undefined) expect(issues(method.result, result)).toEqual([])
  })

  test('has an example that the published schema takes, and a frame that it tells apart', () => {
    expect(issues(published(`${key}.params`), params)).toEqual([])
    const frame = { jsonrpc: '2.0', id: 1, method: name, params }
    expect(issues(published(key), frame)).toEqual([])
    expect(issues(published(key), { ...frame, method: 'pipeline/sing' })).not.toEqual([])
    expect(issues(published(key), { ...frame, jsonrpc: '1.0' })).not.toEqual([])
  })

  test('says what each of its fields means', () => {
    const schemas = [method.params, ...(method.result === undefined ? [] : [method.result]), ...(method.data === undefined ? [] : [method.data])]
    const silent = schemas.flatMap((schema) => fieldsOf(jsonSchemaOf(schema)).filter(({ description }) => description === ''))
    expect(silent.map(({ path }) => path)).toEqual([])
  })
})

test('params that a method refuses are refused by its published schema', () => {
  const wrong = { 'run.kill': { runner: 'a', runId: 'no uuid' }, 'pipeline.run': { runner: 'a' }, 'runner.hello': { agentId: 1 } }
  for (const [key, params] of Object.entries(wrong)) expect(issues(published(`${key}.params`), params), key).not.toEqual([])
})

test('the places in a log that the examples name are places that the runner takes', () => {
  const places = [...JSON.stringify(EXAMPLES).matchAll(/"(?:after|resumeAfter)":"([^"]+)"/g)].map(([, place = '']) => parseLogCursor(place))
  expect(places.length).toBeGreaterThan(2)
  expect(places.map((place) => place?.isOf(RUN_ID))).toEqual(places.map(() => true))
})

test('every reference of the published schema leads somewhere', () => {
  const references = [...JSON.stringify(protocolSchema()).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)].map(([, key = '']) => key)
  expect(references.length).toBeGreaterThan(METHODS.length)
  expect(references.filter((key) => definitions[key] === undefined)).toEqual([])
})
