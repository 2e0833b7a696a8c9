/** The only file that uses the SDK of AWS Secrets Manager, which is loaded when the first secret is read. */
import { Agent } from 'node:https'
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { err, ok, type Result } from '../../compiler/result.ts'
import type { Asker } from './asker.ts'
import { credentialTrouble, secretTrouble, type AskedSecret } from './aws-trouble.ts'
import { networkCode } from './network-code.ts'
import type { Environment } from '../../compiler/environment.ts'
import { quoted, type SecretStore, type SecretTrouble } from './secret-store.ts'

interface AwsTimeouts {
  readonly connectMs: number
  readonly answerMs: number
}

const TIMEOUTS: AwsTimeouts = { connectMs: 4_000, answerMs: 8_000 }

/** `arn:aws:secretsmanager:<region>:<account>:secret:<name>` */
const ARN = /^arn:aws[\w-]*:secretsmanager:([a-z0-9-]+):\d+:secret:.+$/
/** All that a name may be made of; an ARN has colons beside it. */
const NAME = /^[\w/+=.@!-]{1,512}$/

/**
 * Secrets by their names, paths or ARNs. Credentials come from where AWS has them for a pod: a role for its service account (IRSA), EKS
 * Pod Identity, the variables of a key; all by the SDK's own chain. An ARN is asked for in its own region.
 */
export function awsStore(environment: Environment, asker: Asker, timeouts = TIMEOUTS): SecretStore {
  const clients = new Map<string, Promise<SecretsManagerClient>>()
  const clientIn = async (region: string): Promise<SecretsManagerClient> => {
    const client = clients.get(region) ?? newClient(region, environment, timeouts)
    clients.set(region, client)
    return client
  }
  return {
    store: 'AWS Secrets Manager',
    read: async (name, signal) => {
      const region = ARN.exec(name)?.[1] ?? regionIn(environment, asker)
      if (!NAME.test(name) && !ARN.test(name)) return err(invalidName(name))
      if (region === '')
        return err({
          problem: 'no-credentials',
          message: `no region is known to look for ${quoted(name)}; set AWS_DEFAULT_REGION in ${asker.variables}`,
        })
      const hasPodIdentity = (environment['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? '') !== ''
      return readSecret(await clientIn(region), { name, region, role: environment['AWS_ROLE_ARN'], hasPodIdentity, asker }, signal)
    },
  }
}

function regionIn(environment: Environment, { regions }: Asker): string {
  return regions.map((variable) => environment[variable] ?? '').find((region) => region !== '') ?? ''
}

/** Tries are counted by the caller. */
async function newClient(region: string, environment: Environment, { connectMs, answerMs }: AwsTimeouts): Promise<SecretsManagerClient> {
  // A bundle gives of a CommonJS package nothing but `default`.
  const { SecretsManagerClient: NewClient } = (await import('@aws-sdk/client-secrets-manager')).default
  const httpsAgent = new Agent({ keepAlive: true, proxyEnv: environment })
  return new NewClient({
    region,
    maxAttempts: 1,
    // Without the last of these the library only warns when no answer comes, and waits on.
    requestHandler: { httpsAgent, connectionTimeout: connectMs, requestTimeout: answerMs, throwOnRequestTimeout: true },
  })
}

async function readSecret(client: SecretsManagerClient, secret: AskedSecret, signal: AbortSignal): Promise<Result<string, SecretTrouble>> {
  try {
    await client.config.credentials()
  } catch (error) {
    return err(networkTrouble(error, secret, 'the credentials of the pod') ?? credentialTrouble(error, secret))
  }
  const { GetSecretValueCommand } = (await import('@aws-sdk/client-secrets-manager')).default
  try {
    return valueOf(await client.send(new GetSecretValueCommand({ SecretId: secret.name }), { abortSignal: signal }), secret)
  } catch (error) {
    return err(networkTrouble(error, secret, 'its value') ?? secretTrouble(error, secret))
  }
}

/** Of what has come, which the library's types describe and nobody has checked. */
function valueOf(
  { SecretString: text, SecretBinary: bytes }: { readonly SecretString?: unknown; readonly SecretBinary?: unknown },
  { name }: AskedSecret,
): Result<string, SecretTrouble> {
  const where = `the secret ${quoted(name)} in AWS Secrets Manager`
  if (text === undefined && bytes !== undefined)
    return err({ problem: 'binary', message: `${where} holds bytes, and no text; store the value as plain text (SecretString)` })
  if (typeof text !== 'string') return err({ problem: 'other', message: `AWS answers to the question for ${where} with no value at all` })
  if (text === '') return err({ problem: 'empty', message: `${where} holds nothing; put the value there` })
  // The ingestion image takes it for none.
  if (text === 'null') return err({ problem: 'empty', message: `${where} holds the word null, which is no value; put the value there` })
  return ok(text)
}

function networkTrouble(error: unknown, { name, region }: AskedSecret, what: string): SecretTrouble | undefined {
  const code = networkCode(error)
  if (code === undefined) return undefined
  const mend = `let the pod out to secretsmanager.${region}.amazonaws.com and sts.${region}.amazonaws.com, or give it a VPC endpoint or HTTPS_PROXY`
  return { problem: 'unreachable', message: `AWS in ${region} does not answer (${code}) to the question for ${what} of ${quoted(name)}; ${mend}` }
}

function invalidName(name: string): SecretTrouble {
  const rule = 'give the name of the secret, which is made of letters, digits and /_+=.@-, or its ARN'
  return { problem: 'invalid-name', message: `no secret in AWS Secrets Manager can have the name ${quoted(name)}; ${rule}` }
}
