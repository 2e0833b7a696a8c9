import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Environment } from '../../../compiler/environment.ts'
import { startMoto } from '../../ecr/moto.ts'
import { type Answer, type CloudHosts, type CloudHostsOptions, type Host, type Question, startCloudHosts } from './cloud-hosts.ts'
import type { State, StoreWorld } from './secret-store.contract.ts'

const REGIONS = ['eu-west-1', 'us-east-2']
const [REGION = ''] = REGIONS
const ACCOUNT = '123456789012'
const ROLE = `arn:aws:iam::${ACCOUNT}:role/ingestion`
const STRANGER = `arn:aws:iam::${ACCOUNT}:role/stranger`

/** Amazon as moto plays it, and what moto does not play: who may not read, a service that is busy, tokens that are past. */
export interface AwsWorld extends StoreWorld {
  readonly hosts: CloudHosts
  /** Keys and sessions that pods have been given. */
  issued(): readonly string[]
  /** Puts a secret into another region, and gives its ARN. */
  plantIn(region: string, value: string): Promise<string>
  /** Variables of EKS Pod Identity, and an agent that answers them. */
  podIdentity(): Promise<Environment>
}

export async function startAwsWorld(options: CloudHostsOptions = {}): Promise<AwsWorld> {
  const moto = await startMoto()
  const front = awsFront(moto.url)
  const hosts = await startCloudHosts(
    Object.fromEntries(REGIONS.flatMap((region) => ['secretsmanager', 'sts'].map((name) => [`${name}.${region}.amazonaws.com`, front.host]))),
    options,
  )
  const tokens = { good: join(hosts.folder, 'token'), expired: join(hosts.folder, 'expired') }
  await Promise.all(Object.entries(tokens).map(async ([kind, file]) => writeFile(file, `${kind}.projected.token`)))
  const irsa = (role: string, token = tokens.good) => ({
    AWS_DEFAULT_REGION: REGION,
    AWS_REGION: REGION,
    AWS_ROLE_ARN: role,
    AWS_WEB_IDENTITY_TOKEN_FILE: token,
    AWS_STS_REGIONAL_ENDPOINTS: 'regional',
  })
  const none = { AWS_DEFAULT_REGION: REGION, AWS_EC2_METADATA_DISABLED: 'true' }
  const states: Readonly<Record<State, Environment>> = {
    allowed: irsa(ROLE),
    untold: irsa(ROLE),
    throttled: irsa(ROLE),
    denied: irsa(STRANGER),
    expiredToken: irsa(ROLE, tokens.expired),
    noCredentials: none,
    unreachable: { ...irsa(ROLE), HTTPS_PROXY: 'http://127.0.0.1:9' },
  }
  const plantIn = async (region: string, value: string | Uint8Array): Promise<string> => {
    const content = typeof value === 'string' ? { SecretString: value } : { SecretBinary: Buffer.from(value).toString('base64') }
    const { ARN } = await callMoto(moto.url, region, 'CreateSecret', { Name: `/collate/db/${randomUUID()}`, ...content })
    return String(ARN)
  }
  const nameIn = (arn: string): string => arn.split(':secret:')[1]?.replace(/-.{6}$/, '') ?? ''
  const agent = await startPodIdentityAgent()
  return {
    manager: 'managed-aws',
    store: 'AWS Secrets Manager',
    missingName: '/collate/no/such-secret',
    // Other stores have colons in their names; one with blanks would be no reference at all.
    invalidName: '/collate/db:password',
    mostBytes: 64 * 1024,
    refuses: ['empty'],
    permission: /secretsmanager:GetSecretValue on arn:aws:secretsmanager:eu-west-1:<account>:secret:\/collate\/db\/[\w-]+-\?{6}/,
    environment: async (state) => {
      if (state === 'throttled') front.throttle(2)
      return { ...hosts.variables, HOME: hosts.folder, ...states[state] }
    },
    plant: async (value) => nameIn(await plantIn(REGION, value)),
    plantDisabled: async () => {
      const name = nameIn(await plantIn(REGION, 'password123'))
      await callMoto(moto.url, REGION, 'DeleteSecret', { SecretId: name })
      return name
    },
    spoil: (whose, bend) => hosts.bend(`${whose === 'store' ? 'secretsmanager' : 'sts'}.${REGION}.amazonaws.com`, bend),
    hosts,
    issued: () => front.issued,
    plantIn,
    podIdentity: async () => ({ ...hosts.variables, HOME: hosts.folder, AWS_DEFAULT_REGION: REGION, ...(await agent.variables(hosts.folder)) }),
    stop: async () => {
      await Promise.all([hosts.stop(), agent.stop(), moto.stop()])
    },
  }
}

/** Asks moto as an administrator would: it reads service and region off the signature, and checks none. */
async function callMoto(url: string, region: string, action: string, body: object): Promise<Readonly<Record<string, unknown>>> {
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/secretsmanager/aws4_request, SignedHeaders=host, Signature=none`
  const headers = { authorization, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `secretsmanager.${action}` }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ ...body, ClientRequestToken: randomUUID() }) })
  if (!answer.ok) throw new Error(`${action}: ${await answer.text()}`)
  return (await answer.json()) as Readonly<Record<string, unknown>>
}

function awsFront(motoUrl: string): { readonly host: Host; readonly issued: readonly string[]; throttle(times: number): void } {
  let busy = 0
  /** Access keys of the role that may read nothing. */
  const strangers = new Set<string>()
  const issued: string[] = []
  const refusal = (type: string, message: string, status = 400): Answer => ({ status, body: { __type: type, message } })
  const host = async (question: Question): Promise<Answer> => {
    if (question.host.startsWith('sts.')) return changeToken(question, motoUrl, { strangers, issued })
    const key = /Credential=([^/]+)/.exec(String(question.headers['authorization']))?.[1] ?? ''
    if (busy > 0 && busy-- > 0) return refusal('ThrottlingException', 'Rate exceeded')
    const principal = `User: arn:aws:sts::${ACCOUNT}:assumed-role/stranger/session`
    if (strangers.has(key)) return refusal('AccessDeniedException', `${principal} is not authorized to perform: secretsmanager:GetSecretValue`)
    return forwarded(question, motoUrl)
  }
  return { host, issued, throttle: (times) => void (busy = times) }
}

interface Given {
  readonly strangers: Set<string>
  readonly issued: string[]
}

async function changeToken(question: Question, motoUrl: string, { strangers, issued }: Given): Promise<Answer> {
  const form = new URLSearchParams(question.body)
  if (form.get('WebIdentityToken') === 'expired.projected.token') {
    const error =
      '<Error><Type>Sender</Type><Code>ExpiredTokenException</Code><Message>Token expired: current date/time must be before the expiration date/time</Message></Error>'
    return { status: 400, headers: { 'content-type': 'text/xml' }, body: `<ErrorResponse>${error}<RequestId>1</RequestId></ErrorResponse>` }
  }
  const answer = await forwarded(question, motoUrl)
  for (const [, secret = ''] of String(answer.body).matchAll(/<(?:SecretAccessKey|SessionToken)>([^<]+)/g)) issued.push(secret)
  const key = /<AccessKeyId>([^<]+)/.exec(String(answer.body))?.[1]
  if (form.get('RoleArn') === STRANGER && key !== undefined) strangers.add(key)
  return answer
}

/** Moto finds the service and the region by the headers. */
async function forwarded({ method, path, headers, body, host }: Question, motoUrl: string): Promise<Answer> {
  const passed = ['authorization', 'content-type', 'x-amz-target', 'x-amz-date'].flatMap((name) =>
    headers[name] === undefined ? [] : [[name, String(headers[name])] as const],
  )
  const answer = await fetch(new URL(path, motoUrl), { method, headers: { ...Object.fromEntries(passed), host }, body })
  return { status: answer.status, headers: { 'content-type': answer.headers.get('content-type') ?? '' }, body: await answer.text() }
}

/** What answers on each node for EKS Pod Identity: it changes the pod's token for a key. */
async function startPodIdentityAgent(): Promise<{ variables(folder: string): Promise<Environment>; stop(): Promise<void> }> {
  const Expiration = new Date(Date.now() + 3_600_000).toISOString()
  const server = createServer(({ headers }, outgoing) => {
    const isKnown = headers.authorization === 'pod.identity.token'
    outgoing.writeHead(isKnown ? 200 : 403, { 'content-type': 'application/json' })
    outgoing.end(isKnown ? JSON.stringify({ AccessKeyId: 'ASIAPODIDENTITY', SecretAccessKey: 'key', Token: 'session', Expiration }) : '{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const AWS_CONTAINER_CREDENTIALS_FULL_URI = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/credentials`
  return {
    variables: async (folder) => {
      const AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE = join(folder, 'pod-identity-token')
      await writeFile(AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, 'pod.identity.token')
      return { AWS_CONTAINER_CREDENTIALS_FULL_URI, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE }
    },
    stop: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
