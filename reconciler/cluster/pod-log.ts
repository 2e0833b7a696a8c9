/** Reads of `pods/log`. */
import type { Cluster, PodLogOptions } from './cluster.ts'
import { ClusterError, isClusterError } from './cluster-error.ts'
import { type Call, type KubeTransport, messageOf } from './kube-transport.ts'

const TAIL_TIMEOUT_MS = 15_000

/** See Cluster.readPodLog. The kubelet's own limit of bytes keeps the beginning of the lines, and their end is what counts: so they are all read, and few kept. */
export async function lastLogLines(
  transport: KubeTransport,
  path: string,
  { container, tailLines, limitBytes }: Parameters<Cluster['readPodLog']>[1],
): Promise<string | undefined> {
  const signal = AbortSignal.timeout(TAIL_TIMEOUT_MS)
  try {
    let tail: Buffer = Buffer.alloc(0)
    for await (const chunk of await transport.stream({ method: 'GET', path, query: { container, tailLines: String(tailLines) }, signal })) {
      tail = Buffer.concat([tail, chunk]).subarray(-limitBytes)
    }
    const text = fromWholeCharacter(tail).toString('utf8')
    return isApology(text) ? undefined : text
  } catch (error) {
    if (isClusterError(error, 'NotFound', 'Invalid')) return undefined
    throw error instanceof ClusterError ? error : new ClusterError('Unavailable', `${path}: ${messageOf(error)}`, { cause: error })
  }
}

/** Without the rest of a character that was cut. */
function fromWholeCharacter(bytes: Buffer): Buffer {
  const start = bytes.subarray(0, 4).findIndex((byte) => (byte & 0xc0) !== 0x80)
  return start > 0 ? bytes.subarray(start) : bytes
}

/** The kubelet's word for a log that is gone comes as if it were the log. */
function isApology(log: string): boolean {
  return log.startsWith('unable to retrieve container logs for ')
}

function logCall(path: string, { container, follow, sinceMs, inactivityMs, signal }: PodLogOptions): Call {
  const since = sinceMs === undefined ? {} : { sinceTime: new Date(Math.floor(sinceMs / 1000) * 1000).toISOString() }
  const query = { container, timestamps: 'true', ...(follow ? { follow: 'true' } : {}), ...since }
  // The kubelet sends its headers with the first line.
  return { method: 'GET', path, query, signal, headersTimeoutMs: inactivityMs, bodyTimeoutMs: inactivityMs }
}

/** See Cluster.streamPodLog. */
export async function* podLog(transport: KubeTransport, path: string, options: PodLogOptions): AsyncIterable<Uint8Array> {
  const call = logCall(path, options)
  try {
    let isFirst = true
    for await (const chunk of await transport.stream(call)) {
      if (isFirst && isApology(chunk.toString('utf8'))) throw new ClusterError('NotFound', chunk.toString('utf8'))
      isFirst = false
      yield chunk
    }
  } catch (error) {
    if (call.signal?.aborted === true) return
    throw error instanceof ClusterError ? error : new ClusterError('Unavailable', `${call.path}: ${messageOf(error)}`, { cause: error })
  }
}
