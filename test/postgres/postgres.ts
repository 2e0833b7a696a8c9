import { randomBytes } from 'node:crypto'
import { chown, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exists, installPackages } from '../cluster/debian-packages.ts'
import { consoleProgress } from '../cluster/progress.ts'
import { run } from '../cluster/shell.ts'
import { freePort } from './free-port.ts'

const VERSIONS = '/usr/lib/postgresql'
const OWNER = 'postgres'

/** A PostgreSQL of a test's own, with the data folder of its own. */
export interface Postgres {
  readonly port: number
  /** May log in from everywhere, with the password. */
  readonly user: string
  readonly password: string
  /** Runs SQL as the owner. */
  sql(database: string, text: string): Promise<string>
  stop(): Promise<void>
}

/** Starts a PostgreSQL that listens on all addresses of this machine, so that pods reach it. It never runs as root. */
export async function startPostgres(): Promise<Postgres> {
  if (!exists(VERSIONS)) await installPackages(['postgresql'], consoleProgress(process.stderr))
  const bin = join(VERSIONS, (await readdir(VERSIONS)).toSorted((a, b) => Number(a) - Number(b)).at(-1) ?? '', 'bin')
  const folder = await mkdtemp(join(tmpdir(), 'postgres-'))
  const as = process.getuid?.() === 0 ? await givenTo(folder) : { command: 'env', args: [] }
  const asOwner = async (program: string, args: readonly string[], input?: string): Promise<string> =>
    run(as.command, [...as.args, program === 'psql' ? program : join(bin, program), ...args], { cwd: folder, ...(input === undefined ? {} : { input }) })
  const data = join(folder, 'data')
  const port = await freePort()
  await asOwner('initdb', ['--pgdata', data, '--username', OWNER, '--auth-local', 'trust', '--auth-host', 'scram-sha-256', '--encoding', 'UTF8', '--no-sync'])
  await writeFile(join(data, 'pg_hba.conf'), 'local all all trust\nhost all all all scram-sha-256\n')
  const settings = `-c listen_addresses=* -c port=${port} -c unix_socket_directories=${folder} -c fsync=off -c shared_buffers=16MB`
  await asOwner('pg_ctl', ['start', '--wait', '--silent', '--pgdata', data, '--log', join(folder, 'log'), '--options', settings])
  const sql: Postgres['sql'] = async (database, text) =>
    asOwner(
      'psql',
      ['--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--set', 'ON_ERROR_STOP=1', '-h', folder, '-p', String(port), '-U', OWNER, database],
      text,
    )
  const user = 'reader'
  const password = randomBytes(12).toString('hex')
  await sql('postgres', `CREATE ROLE ${user} LOGIN PASSWORD '${password}'`)
  return {
    port,
    user,
    password,
    sql,
    stop: async () => {
      await asOwner('pg_ctl', ['stop', '--silent', '--mode', 'immediate', '--pgdata', data])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Hands the folder to the package's own user, and gives how to run a program as it. */
async function givenTo(folder: string): Promise<{ readonly command: string; readonly args: readonly string[] }> {
  const ids = await Promise.all(['-u', '-g'].map(async (flag) => Number(await run('id', [flag, OWNER]))))
  await chown(folder, ids[0] ?? 0, ids[1] ?? 0)
  return { command: 'setpriv', args: ['--reuid', String(ids[0]), '--regid', String(ids[1]), '--clear-groups'] }
}
