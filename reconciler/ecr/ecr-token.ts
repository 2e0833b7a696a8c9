/** The token for a registry, from AWS. The only file that uses the client of ECR, which is read when it is asked for. */
import { agentFor } from '../network/node-agent.ts'
import type { Network } from '../network/network.ts'
import type { RegistryToken } from './pull-secret.ts'

const CONNECT_TIMEOUT_MS = 5_000
const ANSWER_TIMEOUT_MS = 15_000
const ATTEMPTS = 3

/**
 * Asks ECR for a token that lives for twelve hours. Who asks is found as every program of AWS finds it: the key of the environment,
 * the role of the service account (IRSA, Pod Identity), the node. AWS_ENDPOINT_URL_ECR names another endpoint.
 *
 * Throws the client's own errors, and an error where the answer holds no token.
 */
export async function askForToken(region: string, network: Network): Promise<RegistryToken> {
  const { ECRClient, GetAuthorizationTokenCommand } = (await import('@aws-sdk/client-ecr')).default
  const client = new ECRClient({
    region,
    maxAttempts: ATTEMPTS,
    requestHandler: {
      httpsAgent: agentFor(network, CONNECT_TIMEOUT_MS),
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: ANSWER_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  })
  try {
    const { authorizationData = [] } = await client.send(new GetAuthorizationTokenCommand({}))
    const { authorizationToken = '', expiresAt, proxyEndpoint } = authorizationData[0] ?? {}
    const [, username, password] = /^([^:]+):(.+)$/s.exec(Buffer.from(authorizationToken, 'base64').toString('utf8')) ?? []
    if (username === undefined || password === undefined) throw new Error('the answer holds no token')
    return { username, password, expiresAt: expiresAt?.toISOString(), madeFor: proxyEndpoint }
  } finally {
    client.destroy()
  }
}
