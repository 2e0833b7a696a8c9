import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Collate } from './client.ts'
import { startCollate } from './client.ts'
import type { Rest } from './openmetadata-client.ts'
import { createRest } from './openmetadata-client.ts'

let collate: Collate
let bot: Rest
let tableId: string
beforeAll(async () => {
  collate = await startCollate()
  bot = createRest(collate, collate.tokens['bot'])
  await bot('PUT', '/services/databaseServices', { name: 'pg', serviceType: 'Postgres' })
  await bot('PUT', '/databases', { name: 'shop', service: 'pg' })
  await bot('PUT', '/databaseSchemas', { name: 'sales', database: 'pg.shop' })
  const columns = [{ name: 'id' }, { name: 'amount' }]
  tableId = idOf(await bot('PUT', '/tables', { name: 'purchase', databaseSchema: 'pg.shop.sales', columns }))
  await bot('PUT', '/dataQuality/testDefinitions', { name: 'tableRowCountToBeBetween', testPlatforms: ['OpenMetadata'] })
})
afterAll(async () => collate?.stop())

const idOf = (reply: { readonly body: unknown }): string => (reply.body as { id: string }).id
const FQN = 'pg.shop.sales.purchase'
const testCase = (name: string, over: object = {}) => ({
  name,
  entityLink: `<#E::table::${FQN}>`,
  testDefinition: 'tableRowCountToBeBetween',
  ...over,
})

test('the profile of a table, and that of each column, stands where OpenMetadata shows the latest', async () => {
  const columnProfile = [{ name: 'amount', timestamp: 1, nullCount: 2 }]
  expect(await bot('PUT', `/tables/${tableId}/tableProfile`, { tableProfile: { timestamp: 1, rowCount: 3 }, columnProfile })).toMatchObject({ status: 200 })
  expect((await bot('GET', `/tables/${tableId}`)).body).toMatchObject({
    profile: { rowCount: 3 },
    columns: [{ name: 'id' }, { name: 'amount', profile: { nullCount: 2 } }],
  })
  expect(await bot('PUT', `/tables/${tableId}/tableProfile`, { columnProfile })).toMatchObject({ status: 400 })
  expect(await bot('PUT', '/tables/unknown/tableProfile', { tableProfile: { timestamp: 1 } })).toMatchObject({ status: 404 })
})

test('the first test of a table brings its suite, further ones join it, and a result stands on its test', async () => {
  const [first, second] = [await bot('PUT', '/dataQuality/testCases', testCase('few')), await bot('PUT', '/dataQuality/testCases', testCase('many'))]
  expect(first).toMatchObject({
    status: 201,
    body: { fullyQualifiedName: `${FQN}.few`, testDefinition: { type: 'testDefinition' }, testSuite: { type: 'testSuite' } },
  })
  const suite = await bot('GET', `/dataQuality/testSuites/name/${FQN}.testSuite`)
  expect((await bot('GET', `/tables/${tableId}`)).body).toMatchObject({ testSuite: { id: idOf(suite) } })
  expect((await bot('GET', `/dataQuality/testCases?testSuiteId=${idOf(suite)}`)).body).toMatchObject({ data: [{ id: idOf(first) }, { id: idOf(second) }] })
  expect((await bot('GET', '/dataQuality/testCases?testSuiteId=another')).body).toMatchObject({ data: [] })

  const result = { timestamp: 1, testCaseStatus: 'Failed', result: 'Found rowCount=3' }
  expect(await bot('POST', `/dataQuality/testCases/testCaseResults/${FQN}.few`, result)).toMatchObject({ status: 200 })
  expect((await bot('GET', `/dataQuality/testCases/name/${FQN}.few`)).body).toMatchObject({ testCaseResult: result })
})

test('a pipeline may belong to a suite of tests', async () => {
  await bot('PUT', '/dataQuality/testCases', testCase('any'))
  const suite = await bot('GET', `/dataQuality/testSuites/name/${FQN}.testSuite`)
  const pipeline = await bot('PUT', '/services/ingestionPipelines', { name: 'nightly', service: { id: idOf(suite), type: 'testSuite' } })
  expect(pipeline).toMatchObject({ status: 201, body: { fullyQualifiedName: `${FQN}.testSuite.nightly` } })
})

test.each([
  ['a link to something else', testCase('wrong', { entityLink: '<#E::topic::orders>' }), 400],
  ['a table that is not there', testCase('wrong', { entityLink: '<#E::table::pg.shop.sales.nothing>' }), 404],
  ['a definition that is not there', testCase('wrong', { testDefinition: 'nothing' }), 404],
  ['no name', testCase(''), 400],
])('a test with %s is refused', async (_, body, status) => {
  expect(await bot('PUT', '/dataQuality/testCases', body)).toMatchObject({ status })
})

test('a result of a test that is not there is refused', async () => {
  expect(await bot('POST', '/dataQuality/testCases/testCaseResults/a.b.c.d.e', { timestamp: 1, testCaseStatus: 'Success' })).toMatchObject({ status: 404 })
  expect(await bot('POST', `/dataQuality/testCases/testCaseResults/${FQN}.few`, {})).toMatchObject({ status: 400 })
})
