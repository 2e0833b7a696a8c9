import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Collate } from './client.ts'
import { startCollate } from './client.ts'
import type { Rest } from './openmetadata-client.ts'
import { createRest } from './openmetadata-client.ts'

let collate: Collate
let bot: Rest
beforeAll(async () => {
  collate = await startCollate()
  bot = createRest(collate, collate.tokens['bot'])
})
afterAll(async () => collate?.stop())

const idOf = (reply: { readonly body: unknown }): string => (reply.body as { id: string }).id

test('a table hangs on its schema, database and service, each found by its quoted name', async () => {
  const service = await bot('PUT', '/services/databaseServices', { name: 'my.pg', serviceType: 'Postgres', connection: { config: { type: 'Postgres' } } })
  expect(service).toMatchObject({ status: 201, body: { fullyQualifiedName: '"my.pg"' } })
  expect(await bot('GET', '/services/databaseServices/name/my.pg')).toMatchObject({ status: 200, body: { id: idOf(service) } })
  await bot('PUT', '/databases', { name: 'shop', service: 'my.pg' })
  await bot('PUT', '/databaseSchemas', { name: 'sales', database: '"my.pg".shop' })
  expect(await bot('PUT', '/tables', { name: 'customer', databaseSchema: '"my.pg".shop.sales', columns: [] })).toMatchObject({ status: 201 })
  expect(await bot('GET', `/tables/name/${encodeURIComponent('"my.pg".shop.sales.customer')}`)).toMatchObject({
    status: 200,
    body: {
      name: 'customer',
      service: { id: idOf(service), type: 'databaseService' },
      database: { type: 'database', fullyQualifiedName: '"my.pg".shop' },
      databaseSchema: { type: 'databaseSchema', fullyQualifiedName: '"my.pg".shop.sales' },
    },
  })
  expect(await bot('GET', `/tables?databaseSchema=${encodeURIComponent('"my.pg".shop.sales')}`)).toMatchObject({ body: { paging: { total: 1 } } })
  expect(await bot('GET', '/tables?databaseSchema=another')).toMatchObject({ body: { data: [], paging: { total: 0 } } })
})

test('what is put again keeps its id, and a patch changes it', async () => {
  const first = await bot('PUT', '/services/databaseServices', { name: 'again', description: 'one' })
  const second = await bot('PUT', '/services/databaseServices', { name: 'again', description: 'two' })
  expect(second).toMatchObject({ status: 200, body: { id: idOf(first), description: 'two' } })
  const patched = await bot('PATCH', `/services/databaseServices/${idOf(first)}`, [{ op: 'replace', path: '/description', value: 'three' }])
  expect(patched).toMatchObject({ status: 200, body: { description: 'three' } })
})

test('of many that are put at once each is told alone', async () => {
  await bot('PUT', '/services/databaseServices', { name: 'many' })
  const answered = await bot('PUT', '/databases/bulk?async=false', [
    { name: 'one', service: 'many' },
    { name: 'two', service: 'unknown' },
  ])
  expect(answered).toMatchObject({
    status: 200,
    body: { status: 'partialSuccess', numberOfRowsPassed: 1, numberOfRowsFailed: 1, failedRequest: [{ request: { name: 'two' }, status: 404 }] },
  })
  expect(await bot('GET', '/databases?service=many')).toMatchObject({ body: { data: [{ fullyQualifiedName: 'many.one' }] } })
})

test('a pipeline is named after the service that it refers to', async () => {
  const service = await bot('PUT', '/services/databaseServices', { name: 'pg', serviceType: 'Postgres' })
  const pipeline = await bot('PUT', '/services/ingestionPipelines', { name: 'nightly', service: { id: idOf(service), type: 'databaseService' } })
  expect(pipeline).toMatchObject({ status: 201, body: { fullyQualifiedName: 'pg.nightly' } })
})

test('a table without its schema, an unknown name and a body without a name are refused', async () => {
  expect(await bot('PUT', '/tables', { name: 'alone', databaseSchema: 'a.b.c' })).toMatchObject({ status: 404 })
  expect(await bot('GET', '/tables/name/a.b.c.d')).toMatchObject({ status: 404, body: { code: 404 } })
  expect(await bot('PATCH', '/tables/unknown', [])).toMatchObject({ status: 404 })
  expect(await bot('PUT', '/databases', {})).toMatchObject({ status: 400 })
})
