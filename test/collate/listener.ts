import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** An HTTP server that can go away and come back on the same port. */
export interface Listener {
  port(): number
  listen(): Promise<void>
  /** Destroys every connection and refuses new ones. */
  stopListening(): Promise<void>
}

interface ListenerOptions {
  readonly host: string
  /** 0 takes a free one, and keeps it from then on. */
  readonly port: number
  readonly onRequest: RequestListener
  readonly onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
}

export function createListener({ host, port: wantedPort, onRequest, onUpgrade }: ListenerOptions): Listener {
  const sockets = new Set<Socket>()
  let server: Server | undefined
  let port = wantedPort
  return {
    port: () => port,
    listen: async () => {
      if (server !== undefined) return
      const starting = createServer(onRequest)
        .on('upgrade', onUpgrade)
        .on('connection', (socket: Socket) => {
          sockets.add(socket)
          socket.once('close', () => sockets.delete(socket))
        })
      server = starting
      await once(starting.listen(port, host), 'listening')
      port = (starting.address() as AddressInfo).port
    },
    stopListening: async () => {
      const stopping = server
      server = undefined
      if (stopping === undefined) return
      const closed = once(stopping, 'close')
      stopping.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
