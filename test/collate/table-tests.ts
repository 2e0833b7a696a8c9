import { z } from 'zod'
import { errorAnswer, schemaRefusal } from './answer.ts'
import type { Answer } from './answer.ts'
import type { Catalog } from './catalog.ts'

const testCaseRequest = z.looseObject({ name: z.string().min(1), entityLink: z.string(), testDefinition: z.string() })
const entity = z.looseObject({ id: z.string(), name: z.string(), fullyQualifiedName: z.string() })
const testedTable = entity.extend({ testSuite: z.object({ id: z.string() }).optional() })
const testResult = z.looseObject({ timestamp: z.number(), testCaseStatus: z.string() })

/**
 * Makes or replaces the test of a table, as OpenMetadata does: the request names its definition, and its table in a link; the table gets
 * a test suite of its own with its first test.
 */
export function putTestCase(catalog: Catalog, body: unknown): Answer {
  const parsed = testCaseRequest.safeParse(body)
  if (!parsed.success) return schemaRefusal(parsed.error)
  const [, fqn] = /^<#E::table::([^:>]+)(?:::[^>]*)?>$/.exec(parsed.data.entityLink) ?? []
  if (fqn === undefined) return errorAnswer(400, 'entityLink: not a link to a table')
  const [table, definition] = [catalog.getByName('tables', fqn), catalog.getByName('dataQuality/testDefinitions', parsed.data.testDefinition)]
  const missing = [table, definition].find(({ status }) => status !== 200)
  if (missing !== undefined) return missing
  const { id, name, fullyQualifiedName } = entity.parse(definition.body)
  return catalog.put('dataQuality/testCases', {
    ...parsed.data,
    entityFQN: fqn,
    testDefinition: { id, type: 'testDefinition', name, fullyQualifiedName },
    testSuite: { id: suiteOf(catalog, testedTable.parse(table.body)), type: 'testSuite', name: `${fqn}.testSuite` },
  })
}

/** The id of the suite that holds the tests of a table, which is made when there is none. */
function suiteOf(catalog: Catalog, table: z.infer<typeof testedTable>): string {
  if (table.testSuite !== undefined) return table.testSuite.id
  const basicEntityReference = { id: table.id, type: 'table', fullyQualifiedName: table.fullyQualifiedName }
  const made = catalog.put('dataQuality/testSuites', { name: `${table.fullyQualifiedName}.testSuite`, basic: true, basicEntityReference })
  const suite = entity.parse(made.body)
  catalog.patch('tables', table.id, [{ op: 'add', path: '/testSuite', value: { id: suite.id, type: 'testSuite', name: suite.name } }])
  return suite.id
}

/** Keeps the latest result on its test. */
export function postTestResult(catalog: Catalog, fqn: string, body: unknown): Answer {
  const parsed = testResult.safeParse(body)
  if (!parsed.success) return schemaRefusal(parsed.error)
  const found = catalog.getByName('dataQuality/testCases', fqn)
  if (found.status !== 200) return found
  return catalog.patch('dataQuality/testCases', entity.parse(found.body).id, [{ op: 'add', path: '/testCaseResult', value: parsed.data }])
}
