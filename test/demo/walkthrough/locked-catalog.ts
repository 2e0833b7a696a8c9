import { waitFor } from '../../cluster/waiting.ts'
import type { Postgres } from '../../postgres/postgres.ts'

const MARK = 'walkthrough lock'

/** A database in which nobody gets to read what its tables are about, as behind a long migration. */
export interface LockedCatalog {
  release(): Promise<void>
}

/** Locks the comments of the database, which every metadata run reads, until it is told to release them. */
export async function lockCatalog(postgres: Postgres, database: string): Promise<LockedCatalog> {
  const text = `SET application_name = '${MARK}'; BEGIN; LOCK TABLE pg_catalog.pg_description IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(3600);`
  const over = postgres.sql(database, text).catch(() => '')
  const others = `FROM pg_stat_activity WHERE application_name = '${MARK}'`
  const isHeld = async (): Promise<true | undefined> => {
    const held = await postgres.sql('postgres', `SELECT count(*) ${others} AND wait_event = 'PgSleep'`)
    return held.trim() === '1' ? true : undefined
  }
  await waitFor(isHeld, { what: 'the lock in PostgreSQL' })
  return {
    release: async () => {
      await postgres.sql('postgres', `SELECT pg_terminate_backend(pid) ${others}`)
      await over
    },
  }
}
