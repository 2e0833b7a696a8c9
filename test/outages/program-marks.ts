import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'

const mark = z.strictObject({ pod: z.string().min(1), runId: z.string(), event: z.enum(['started', 'ended']), exitCode: z.number().int().optional() })

/** What a program told of itself as it began or ended. */
export type ProgramMark = z.infer<typeof mark>

/** Where programs in pods leave their marks. It is neither Collate nor Kubernetes, and there while either of them is away. */
export interface ProgramMarks {
  /** For `simulate.markAt` of a run whose pods see this machine under that address. */
  urlFor(hostIp: string): string
  /** In the order of their coming. */
  all(): readonly ProgramMark[]
  stop(): Promise<void>
}

export async function listenForMarks(): Promise<ProgramMarks> {
  const marks: ProgramMark[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      marks.push(mark.parse(JSON.parse(Buffer.concat(chunks).toString())))
      response.end()
    })
  })
  await once(server.listen(0, '0.0.0.0'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    urlFor: (hostIp) => `http://${hostIp}:${port}`,
    all: () => marks,
    stop: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
