/** The only file that uses the SDK of Google Secret Manager, which is loaded when the first secret is read. */
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { v1 } from '@google-cloud/secret-manager'
import { err, ok, type Result } from '../../compiler/result.ts'
import type { Asker } from './asker.ts'
import { crc32c } from './crc32c.ts'
import { gcpTrouble, noProject, type AskedGoogleSecret } from './gcp-trouble.ts'
import type { Environment } from '../../compiler/environment.ts'
import { quoted, type SecretStore, type SecretTrouble } from './secret-store.ts'
import { textOf } from './text-of.ts'

type Client = v1.SecretManagerServiceClient

/** All that Secret Manager takes for a name: no path. */
const NAME = /^[\w-]{1,255}$/
const ANSWER_TIMEOUT_MS = 8_000

/**
 * The latest version of secrets of one project, by their names. Credentials come from where Google has them for a pod: workload identity,
 * a file of credentials; all by the SDK's own chain. The project is that of GOOGLE_CLOUD_PROJECT, or of the credentials.
 */
export function gcpStore(environment: Environment, asker: Asker): SecretStore {
  let opened: Promise<Client> | undefined
  return {
    store: 'Google Secret Manager',
    read: async (name, signal) => {
      if (!NAME.test(name)) return err(invalidName(name))
      opened ??= newClient(environment)
      const client = await opened
      const project = await projectOf(client, environment, { name, asker })
      return project.ok ? readSecret(client, { name, project: project.value, asker }, signal) : project
    },
  }
}

/** By REST, which needs no second protocol. The library would use agents of its own, which know no proxy. */
async function newClient(proxyEnv: Environment): Promise<Client> {
  // A bundle gives of a CommonJS package nothing but `default`.
  const { SecretManagerServiceClient } = (await import('@google-cloud/secret-manager')).default
  const agents = { http: new HttpAgent({ proxyEnv }), https: new HttpsAgent({ proxyEnv }) }
  const agent = ({ protocol }: URL): HttpAgent => (protocol === 'http:' ? agents.http : agents.https)
  const client = new SecretManagerServiceClient({ fallback: true, clientOptions: { transporterOptions: { agent } } })
  const auth = client.auth as { fetch: (url: unknown, init?: object) => Promise<unknown> }
  const fetch = auth.fetch.bind(auth)
  auth.fetch = async (url, init) => fetch(url, { ...init, agent })
  return client
}

async function projectOf(
  client: Client,
  { GOOGLE_CLOUD_PROJECT: own }: Environment,
  asked: Omit<AskedGoogleSecret, 'project'>,
): Promise<Result<string, SecretTrouble>> {
  if (own !== undefined && own !== '') return ok(own)
  try {
    return ok(await client.getProjectId())
  } catch (error) {
    return err(noProject(error, asked))
  }
}

async function readSecret(client: Client, asked: AskedGoogleSecret, signal: AbortSignal): Promise<Result<string, SecretTrouble>> {
  try {
    // Without credentials, the call itself would fail a second time where nobody waits for it.
    await client.auth.getClient()
    signal.throwIfAborted()
    const name = `projects/${asked.project}/secrets/${asked.name}/versions/latest`
    // Tries are counted by the caller.
    const [{ payload }] = await client.accessSecretVersion({ name }, { timeout: ANSWER_TIMEOUT_MS, retry: null })
    return valueOf(payload ?? {}, asked)
  } catch (error) {
    return err(gcpTrouble(error, asked))
  }
}

interface SecretPayload {
  readonly data?: Uint8Array | string | null
  readonly dataCrc32c?: { toString(): string } | null
}

function valueOf({ data, dataCrc32c: checksum }: SecretPayload, { name, project }: AskedGoogleSecret): Result<string, SecretTrouble> {
  const where = `the secret ${quoted(name)} in Google Secret Manager (project ${project})`
  const bytes = typeof data === 'string' ? Buffer.from(data, 'base64') : Buffer.from(data ?? new Uint8Array())
  if (checksum !== undefined && checksum !== null && checksum.toString() !== String(crc32c(bytes))) {
    return err({ problem: 'unreachable', message: `${where} did not come whole: its checksum is another; it is asked for again` })
  }
  const text = textOf(bytes)
  if (text === undefined) return err({ problem: 'binary', message: `${where} holds what is no UTF-8 text; store the value as text` })
  return text === '' ? err({ problem: 'empty', message: `${where} holds nothing; add a version with the value` }) : ok(text)
}

function invalidName(name: string): SecretTrouble {
  const rule = 'give a name of letters, digits, "-" and "_"; Google knows no paths'
  return { problem: 'invalid-name', message: `no secret in Google Secret Manager can have the name ${quoted(name)}; ${rule}` }
}
