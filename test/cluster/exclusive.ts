import { createHash } from 'node:crypto'
import { connect, createServer } from 'node:net'
import type { Server } from 'node:net'

/**
 * Runs `work` while no other process on this machine runs work under the same key.
 *
 * The lock is a listening abstract Unix socket: the kernel frees it when its holder ends, however that happens, so a
 * lock is never stale. Who finds it taken connects and is woken by the connection's end.
 */
export async function exclusively<T>(key: string, work: () => Promise<T>, onWait?: () => void): Promise<T> {
  // The name of such a socket has at most 107 bytes.
  const path = `\0hybrid-runner/${createHash('sha256').update(key).digest('hex').slice(0, 32)}`
  let server = await tryListen(path)
  if (!server) onWait?.()
  while (!server) {
    await untilReleased(path)
    server = await tryListen(path)
  }
  try {
    return await work()
  } finally {
    await close(server)
  }
}

interface Lock {
  readonly server: Server
  readonly waiters: Set<{ destroy: () => void }>
}

function tryListen(path: string): Promise<Lock | undefined> {
  return new Promise((resolve, reject) => {
    const waiters: Lock['waiters'] = new Set()
    const server = createServer((socket) => {
      waiters.add(socket)
      socket.on('error', () => undefined).on('close', () => waiters.delete(socket))
      socket.resume()
    })
    server.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)))
    server.listen(path, () => resolve({ server, waiters }))
  })
}

function untilReleased(path: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(path)
    // An error means that nobody listens any more; both events lead to the next attempt.
    socket.on('error', () => undefined).on('close', () => resolve())
    socket.resume()
  })
}

function close({ server, waiters }: Lock): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    for (const waiter of waiters) waiter.destroy()
  })
}
