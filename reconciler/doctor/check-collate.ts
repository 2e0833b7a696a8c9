import { randomUUID } from 'node:crypto'
import type { Config } from '../config.ts'
import { type CollateApi, CollateError } from '../collate/collate-api.ts'
import { HandshakeError, openSocket } from '../link/socket.ts'
import type { Network } from '../network/network.ts'
import { judgeSkew } from './clock-skew.ts'
import { type Check, fail, type Judgement, ok, warn } from './finding.ts'

const DAY_MS = 86_400_000
const SOON_DAYS = 14
const NEW_TOKEN = 'create a token for the ingestion bot in Collate and put it into the Secret of AUTH_TOKEN'

export interface CollateParts {
  readonly collate: Pick<CollateApi, 'serverVersion' | 'readStatus'>
  readonly token: string
  readonly network: Network
  readonly now: () => number
  /** What the server's last answer said the time is, in epoch milliseconds. */
  readonly serverClockMs: () => number | undefined
}

/** The REST API of Collate, the token, and the link up to its handshake: no hello is said, so a runner that is linked stays so. */
export function collateChecks(config: Config, { collate, token, network, now, serverClockMs }: CollateParts): Check[] {
  return [
    {
      name: 'collate version',
      remedy: 'check SERVER_HOST_API_URL: it ends with /api',
      run: async () => [ok(`${config.apiUrl} is Collate ${await collate.serverVersion()}`), ...judgeSkew('Collate', serverClockMs(), now())],
    },
    { name: 'token', remedy: 'mend first what keeps the REST API from answering', run: async () => [...judgeExpiry(token, now()), await judgeToken(collate)] },
    {
      name: 'link',
      remedy: 'check SERVER_URL and SERVER_LINK_PATH, and whether a proxy or firewall lets WebSockets through',
      run: async () => [await judgeHandshake(config, token, network)],
    },
  ]
}

/** A question to which the server knows no answer: who asks is looked at first. */
async function judgeToken(collate: CollateParts['collate']): Promise<Judgement> {
  try {
    await collate.readStatus('hybrid-runner.doctor', randomUUID())
  } catch (error) {
    if (error instanceof CollateError && error.code === 'Unauthorized') return fail('Collate does not accept the token for its REST API', NEW_TOKEN)
    // It was let in, and what it asked for is not there.
    if (!(error instanceof CollateError && error.code === 'Refused')) throw error
  }
  return ok('Collate accepts it for its REST API')
}

/** What a JWT says of its own end; nothing of a token of another kind. */
function judgeExpiry(token: string, nowMs: number): Judgement[] {
  const expiresAtMs = expiryOf(token)
  if (expiresAtMs === undefined) return []
  const days = Math.floor((expiresAtMs - nowMs) / DAY_MS)
  if (expiresAtMs <= nowMs) return [fail(`it has expired ${-days} days ago`, NEW_TOKEN)]
  return [days < SOON_DAYS ? warn(`it expires in ${days} days`, NEW_TOKEN) : ok(`it expires in ${days} days`)]
}

function expiryOf(token: string): number | undefined {
  try {
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as { readonly exp?: unknown }
    return typeof exp === 'number' ? exp * 1000 : undefined
  } catch {
    return undefined
  }
}

async function judgeHandshake({ link, policy }: Config, token: string, network: Network): Promise<Judgement> {
  const silent = { onText: () => undefined, onBinary: () => undefined, onClose: () => undefined }
  try {
    const socket = await openSocket(link.url, token, silent, network)
    socket.close(1000, 'doctor')
    return ok(`${link.url} shakes hands`)
  } catch (error) {
    if (!(error instanceof HandshakeError) || error.status === undefined) throw error
    if (error.status === 401 || error.status === 403) return fail(`${error.message}: Collate does not accept the token`, NEW_TOKEN)
    if (error.status === 404) return fail(error.message, `see whether Collate knows a runner of the name ${policy.agentId} (AGENT_ID)`)
    if (error.status === 429 || error.status === 503) return warn(error.message, 'Collate is busy or restarts; try again')
    return fail(error.message, 'check SERVER_URL and SERVER_LINK_PATH, and whether a proxy lets WebSockets through')
  }
}
