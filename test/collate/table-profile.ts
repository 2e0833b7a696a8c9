import { z } from 'zod'
import { answer, schemaRefusal } from './answer.ts'
import type { Answer } from './answer.ts'
import type { Catalog } from './catalog.ts'

/** What a profiler writes of a table at one time. */
const profileRequest = z.object({
  tableProfile: z.looseObject({ timestamp: z.number() }),
  columnProfile: z.array(z.looseObject({ name: z.string(), timestamp: z.number() })).nullish(),
})

const profiledTable = z.looseObject({ columns: z.array(z.looseObject({ name: z.string() })) })

/** Keeps the profile on the table, and that of each column on the column, where OpenMetadata shows the latest. Gives the table. */
export function putTableProfile(catalog: Catalog, id: string, body: unknown): Answer {
  const parsed = profileRequest.safeParse(body)
  if (!parsed.success) return schemaRefusal(parsed.error)
  const found = catalog.getById('tables', id)
  if (found.status !== 200) return found
  const { columns } = profiledTable.parse(found.body)
  const ofColumns = (parsed.data.columnProfile ?? []).flatMap((profile) => {
    const index = columns.findIndex(({ name }) => name === profile.name)
    return index === -1 ? [] : [{ op: 'add', path: `/columns/${index}/profile`, value: profile }]
  })
  return catalog.patch('tables', id, [{ op: 'add', path: '/profile', value: parsed.data.tableProfile }, ...ofColumns])
}

/** The settings of the profiler: nobody has set any. */
export const PROFILER_SETTINGS = answer(200, { config_type: 'profilerConfiguration', config_value: { metricConfiguration: [] } })
