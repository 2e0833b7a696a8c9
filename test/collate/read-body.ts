import type { IncomingMessage } from 'node:http'

/** The whole body of a request, unless it is larger than `maxBytes` or its sender went away. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | 'tooLarge' | 'aborted'> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes <= maxBytes) chunks.push(chunk)
    }
  } catch {
    return 'aborted'
  }
  return bytes > maxBytes ? 'tooLarge' : Buffer.concat(chunks)
}
