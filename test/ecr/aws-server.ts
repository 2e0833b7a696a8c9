import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the server answers. A text is sent as it is, anything else as JSON. */
export interface AwsAnswer {
  readonly status: number
  readonly body: unknown
}

export interface AwsServer {
  readonly port: number
  /** From now on. */
  answerWith(answer: AwsAnswer): void
  /** Of the calls that came, in order. */
  readonly actions: string[]
  stop(): Promise<void>
}

/** A server that speaks as an endpoint of AWS and answers every call alike: for what a well-behaved imitation never says. */
export async function startAwsServer(first: AwsAnswer, host = '127.0.0.1'): Promise<AwsServer> {
  let answer = first
  const actions: string[] = []
  const server = createServer((request, response) => {
    actions.push(String(request.headers['x-amz-target'] ?? request.url))
    request.resume()
    request.on('end', () => {
      const { status, body } = answer
      const type = typeof body === 'string' ? 'text/xml' : 'application/x-amz-json-1.1'
      response.writeHead(status, { 'content-type': type }).end(typeof body === 'string' ? body : JSON.stringify(body))
    })
  })
  server.listen(0, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    actions,
    answerWith: (next) => {
      answer = next
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A good answer of ECR. */
export function tokenAnswer(password: string, account = '111122223333'): AwsAnswer {
  const authorizationToken = Buffer.from(`AWS:${password}`).toString('base64')
  const data = { authorizationToken, expiresAt: 1_767_323_045, proxyEndpoint: `https://${account}.dkr.ecr.eu-west-1.amazonaws.com` }
  return { status: 200, body: { authorizationData: [data] } }
}

/** A refusal, as the services of AWS that speak JSON write it. */
export function refusal(type: string, message: string, status = 400): AwsAnswer {
  return { status, body: { __type: type, message } }
}

/** A refusal, as the token service of AWS writes it. */
export function refusalInXml(code: string, message: string, status: number): AwsAnswer {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`
  return { status, body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${error}<RequestId>1</RequestId></ErrorResponse>` }
}
