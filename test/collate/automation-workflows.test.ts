import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCollate } from './client.ts'
import type { Collate } from './client.ts'
import { createRest } from './openmetadata-client.ts'
import type { Rest } from './openmetadata-client.ts'

let collate: Collate
let bot: Rest

beforeAll(async () => {
  collate = await startCollate()
  bot = createRest(collate, collate.tokens.bot)
})
afterAll(() => collate.stop())

const workflow = (name: string) => ({
  name,
  workflowType: 'TEST_CONNECTION',
  request: { connection: { config: { type: 'Mysql' } }, serviceType: 'Database', connectionType: 'Mysql' },
  openMetadataServerConnection: { hostPort: 'http://localhost/api', securityConfig: { jwtToken: 'planted-jwt' } },
})
const path = (name: string): string => `/automations/workflows/name/${encodeURIComponent(name)}`
const step = { name: 'CheckAccess', mandatory: true, passed: true, message: null, errorLog: null }

test('a workflow is made Pending, and its server connection is not kept', async () => {
  expect(await bot('PUT', path('test "a/b"'), workflow('test "a/b"'))).toMatchObject({ status: 201, body: { status: 'Pending' } })
  expect(await bot('GET', path('test "a/b"'))).toMatchObject({ status: 200, body: { name: 'test "a/b"' } })
  expect(JSON.stringify(await collate.workflows())).not.toContain('planted-jwt')
})

test('its response is patched in by name and by id', async () => {
  const made = await bot('PUT', '/automations/workflows', workflow('patched'))
  const running = [
    { op: 'add', path: '/response', value: { status: 'Running', steps: [step] } },
    { op: 'replace', path: '/status', value: 'Running' },
  ]
  expect(await bot('PATCH', path('patched'), running)).toMatchObject({
    status: 200,
    body: { status: 'Running', response: { steps: [step] } },
  })
  const ended = [
    { op: 'add', path: '/response/status', value: 'Successful' },
    { op: 'add', path: '/status', value: 'Successful' },
  ]
  const id = (made.body as { id: string }).id
  expect(await bot('PATCH', `/automations/workflows/${id}`, ended)).toMatchObject({ status: 200 })
  expect(await bot('GET', path('patched'))).toMatchObject({ body: { id, status: 'Successful', response: { status: 'Successful' } } })
})

test.each([
  { name: 'a status that is none', patch: [{ op: 'add', path: '/status', value: 'Success' }], says: 'status' },
  { name: 'a response of another shape', patch: [{ op: 'add', path: '/response', value: { status: 'Failed' } }], says: 'response.steps' },
  { name: 'a place that is not there', patch: [{ op: 'replace', path: '/response/status', value: 'Failed' }], says: '/response/status' },
  { name: 'a test that fails', patch: [{ op: 'test', path: '/status', value: 'Failed' }], says: '/status' },
  { name: 'another name', patch: [{ op: 'replace', path: '/name', value: 'other' }], says: 'name' },
  { name: 'no patch at all', patch: { status: 'Failed' }, says: 'array' },
])('a patch with $name is refused and changes nothing', async ({ patch, says }) => {
  await bot('PUT', path('kept'), workflow('kept'))
  const before = (await bot('GET', path('kept'))).body
  expect(await bot('PATCH', path('kept'), patch)).toMatchObject({ status: 400, body: { message: expect.stringContaining(says) } })
  expect((await bot('GET', path('kept'))).body).toEqual(before)
})

test('an unknown workflow is 404, a wrong name or type 400', async () => {
  expect(await bot('GET', path('unknown'))).toMatchObject({ status: 404 })
  expect(await bot('PATCH', path('unknown'), [])).toMatchObject({ status: 404 })
  expect(await bot('PUT', path('a'), workflow('b'))).toMatchObject({ status: 400 })
  expect(await bot('PUT', path('a'), { ...workflow('a'), workflowType: 'PING' })).toMatchObject({ status: 400 })
})
