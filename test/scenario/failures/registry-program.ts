/** A registry that has nothing: `/v2/open/...` is not there, `/v2/closed/...` asks for credentials. Prints its port; ends with its standard input. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const server = createServer(({ url = '' }, response) => {
  if (url.startsWith('/v2/closed/')) return refuse(response, 401, 'UNAUTHORIZED', { 'www-authenticate': 'Basic realm="closed"' })
  if (url.startsWith('/v2/open/')) return refuse(response, 404, 'MANIFEST_UNKNOWN', {})
  response.writeHead(200).end('{}')
})

function refuse(response: ServerResponse, status: number, code: string, headers: Readonly<Record<string, string>>): void {
  const body = JSON.stringify({ errors: [{ code, message: 'as a test wants it' }] })
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
}

server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`))
process.stdin.resume().on('end', () => process.exit(0))
