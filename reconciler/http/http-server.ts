import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface HttpAnswer {
  readonly status: number
  readonly contentType: string
  readonly text: string
}

export interface HttpServer {
  readonly port: number
  stop(): Promise<void>
}

export type Routes = Readonly<Record<string, () => HttpAnswer | Promise<HttpAnswer>>>

/** Answers GETs of fixed paths; anything else is 404. `port` 0 takes a free one. */
export async function serveHttp(port: number, routes: Routes): Promise<HttpServer> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const route = request.method === 'GET' ? routes[path] : undefined
    if (route === undefined)
      return send(response, { status: 404, contentType: 'text/plain', text: `no such path; there is ${Object.keys(routes).join(', ')}\n` })
    Promise.try(route).then(
      (answer) => send(response, answer),
      () => send(response, { status: 500, contentType: 'text/plain', text: 'internal error\n' }),
    )
  })
  await listen(server, port)
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, resolve)
  })
}

function send(response: ServerResponse, { status, contentType, text }: HttpAnswer): void {
  response.writeHead(status, { 'content-type': contentType }).end(text)
}
