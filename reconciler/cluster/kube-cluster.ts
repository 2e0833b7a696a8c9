/** The Cluster of the real API server. */
import {
  API_ROOTS,
  type Cluster,
  type JsonPatchStep,
  type Kind,
  type ListPage,
  type Precondition,
  type Selection,
  type WatchEvent,
  type Wire,
  WRITE_TIMEOUT_MS,
} from './cluster.ts'
import { jsonAnswer } from '../network/json-answer.ts'
import { ClusterError, errorFromStatus, isClusterError } from './cluster-error.ts'
import { type Call, KubeTransport, type KubeTransportOptions, messageOf } from './kube-transport.ts'
import { linesOf } from './lines.ts'
import { lastLogLines, podLog } from './pod-log.ts'

const FIELD_MANAGER = 'hybrid-ingestion-runner'
/** The API server begins its answer to a watch at once. */
const WATCH_BEGINS_MS = 30_000
/** The API server gives a write up that takes longer, so that it does not come true when its writer is no leader any more. */
const SHORT = { timeout: `${WRITE_TIMEOUT_MS / 1000}s` }

export interface KubeClusterOptions extends KubeTransportOptions {
  readonly namespace: string
}

/** The cluster of the kubeconfig that kubectl would use, or the one this process runs in. */
export function connectKubeCluster(options: KubeClusterOptions): Cluster {
  const transport = new KubeTransport(options)
  const pathOf = (kind: Kind, name?: string): string =>
    `${API_ROOTS[kind]}/namespaces/${encodeURIComponent(options.namespace)}/${kind}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`

  return {
    create: async <K extends Kind>(kind: K, object: Wire<K>, { dryRun = false } = {}) =>
      transport.json<Wire<K>>({ method: 'POST', path: pathOf(kind), query: writeQuery(dryRun), body: object }),
    read: async <K extends Kind>(kind: K, name: string) => {
      try {
        return await transport.json<Wire<K>>({ method: 'GET', path: pathOf(kind, name), priority: 'urgent' })
      } catch (error) {
        if (isClusterError(error, 'NotFound')) return undefined
        throw error
      }
    },
    mergePatch: async <K extends Kind>(kind: K, name: string, patch: object) =>
      transport.json<Wire<K>>({
        method: 'PATCH',
        path: pathOf(kind, name),
        query: writeQuery(false),
        body: patch,
        contentType: 'application/merge-patch+json',
      }),
    jsonPatch: async <K extends Kind>(kind: K, name: string, steps: readonly JsonPatchStep[], { dryRun = false } = {}) =>
      transport
        .json<Wire<K>>({ method: 'PATCH', path: pathOf(kind, name), query: writeQuery(dryRun), body: steps, contentType: 'application/json-patch+json' })
        .catch((error: unknown) => {
          // A step that does not fit the object gets this text and no details; an object that would be invalid is named and described.
          if (isClusterError(error, 'Invalid') && /rejected our request/.test(error.message))
            throw new ClusterError('Conflict', error.message, { cause: error })
          throw error
        }),
    delete: async (kind: Kind, name: string, { uid }: Precondition, { isForeground = false } = {}) => {
      try {
        const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: isForeground ? 'Foreground' : 'Background', preconditions: { uid } }
        await transport.json({ method: 'DELETE', path: pathOf(kind, name), query: SHORT, body })
      } catch (error) {
        // A Conflict on a delete means that the name belongs to another object now: the one we meant is gone.
        if (!isClusterError(error, 'NotFound', 'Conflict')) throw error
      }
    },
    list: async <K extends Kind>(kind: K, { limit, continueToken, ...selection }: Parameters<Cluster['list']>[1]) => {
      const query = { ...selectorsOf(selection), limit: String(limit), ...(continueToken === undefined ? {} : { continue: continueToken }) }
      const list = await transport.json<RawList<K>>({ method: 'GET', path: pathOf(kind), query })
      return pageOf(list)
    },
    watch: <K extends Kind>(kind: K, { resourceVersion, inactivityMs, timeoutSeconds, signal, ...selection }: Parameters<Cluster['watch']>[1]) =>
      watchEvents<K>(transport, {
        method: 'GET',
        path: pathOf(kind),
        query: {
          watch: 'true',
          allowWatchBookmarks: 'true',
          ...selectorsOf(selection),
          resourceVersion,
          ...(timeoutSeconds === undefined ? {} : { timeoutSeconds: String(timeoutSeconds) }),
        },
        signal,
        headersTimeoutMs: Math.min(inactivityMs, WATCH_BEGINS_MS),
        bodyTimeoutMs: inactivityMs,
      }),
    readPodLog: async (name, options) => lastLogLines(transport, `${pathOf('pods', name)}/log`, options),
    streamPodLog: (name, options) => podLog(transport, `${pathOf('pods', name)}/log`, options),
    version: async () => (await transport.json<{ gitVersion: string }>({ method: 'GET', path: '/version' })).gitVersion,
  }
}

function selectorsOf({ labelSelector, fieldSelector }: Selection): Record<string, string> {
  return { ...(labelSelector === '' ? {} : { labelSelector }), ...(fieldSelector === undefined ? {} : { fieldSelector }) }
}

function writeQuery(dryRun: boolean): Record<string, string> {
  return { fieldManager: FIELD_MANAGER, fieldValidation: 'Strict', ...SHORT, ...(dryRun ? { dryRun: 'All' } : {}) }
}

interface RawList<K extends Kind> {
  readonly items: readonly Wire<K>[]
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string }
}

function pageOf<K extends Kind>({ items, metadata }: RawList<K>): ListPage<K> {
  const more = metadata.continue === undefined || metadata.continue === '' ? {} : { continueToken: metadata.continue }
  return { items, resourceVersion: metadata.resourceVersion, ...more }
}

async function* watchEvents<K extends Kind>(transport: KubeTransport, call: Call): AsyncIterable<WatchEvent<K>> {
  try {
    const body = await transport.stream(call)
    for await (const line of linesOf(body)) yield watchEvent<K>(line)
  } catch (error) {
    if (call.signal?.aborted === true) return
    throw error instanceof ClusterError ? error : new ClusterError('Unavailable', `watch of ${call.path} broke off: ${messageOf(error)}`, { cause: error })
  }
}

function watchEvent<K extends Kind>(line: string): WatchEvent<K> {
  const { type, object } = jsonAnswer(line) as { type: string; object: Wire<K> & { code?: number; reason?: string; message?: string } }
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type, object }
    case 'BOOKMARK':
      return { type, resourceVersion: object.metadata?.resourceVersion ?? '' }
    default:
      throw errorFromStatus(object.code ?? 500, object.reason ?? '', object.message ?? `watch event ${type}`)
  }
}
