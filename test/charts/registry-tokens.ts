import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Cluster } from '../cluster/cluster.ts'

/** Plays ECR's API for pods of the cluster: whoever asks gets the one token. */
export interface RegistryTokens {
  readonly endpoint: string
  readonly password: string
  stop(): Promise<void>
}

export async function registryTokens(cluster: Cluster, password: string): Promise<RegistryTokens> {
  const authorizationToken = Buffer.from(`AWS:${password}`).toString('base64')
  const answer = JSON.stringify({ authorizationData: [{ authorizationToken, expiresAt: Date.now() / 1000 + 43_200 }] })
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(answer)
  })
  server.listen(0, '0.0.0.0')
  await once(server, 'listening')
  return {
    endpoint: `http://${cluster.hostIp}:${(server.address() as AddressInfo).port}`,
    password,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
