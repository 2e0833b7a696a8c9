import type { Cluster, Kind, Selection, WatchEvent, Wire } from './cluster.ts'
import { ClusterError, isClusterError } from './cluster-error.ts'
import { fullJitterDelayMs } from '../queue/full-jitter.ts'

const PAGE_SIZE = 500
/** The API server sends a bookmark about once a minute; silence for longer means that the watch is dead. */
const INACTIVITY_MS = 90_000
const BACKOFF = { baseMs: 500, capMs: 30_000 }

/** Takes what the cluster holds. Called one at a time; must only store and enqueue. */
export interface ReflectorSink<K extends Kind> {
  /** The whole truth of now: what is not in it is gone. */
  replace(objects: readonly Wire<K>[]): void
  upsert(object: Wire<K>): void
  remove(object: Wire<K>): void
}

export interface Reflector {
  /** Resolves when the first list is in the sink. */
  readonly synced: Promise<void>
  /** Epoch milliseconds of the last sign of life of the API server on this reflector: a page, an event, a bookmark. */
  lastSignOfLifeMs(): number
}

export interface ReflectorOptions<K extends Kind> extends Selection {
  readonly cluster: Cluster
  readonly kind: K
  readonly sink: ReflectorSink<K>
  readonly signal: AbortSignal
  readonly now: () => number
  readonly random: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** Told of each relist and each broken watch. */
  readonly onTrouble: (message: string, error: unknown) => void
  readonly inactivityMs?: number
}

/**
 * Keeps a sink equal to the cluster: one paged list, then a watch with bookmarks, for ever.
 *
 * A watch that ends or breaks goes on from the last resourceVersion seen. Only a version that the server no longer knows costs a
 * new list. Failures wait with full jitter, so that an API server that comes back is not met by everybody at once.
 */
export function startReflector<K extends Kind>(options: ReflectorOptions<K>): Reflector {
  const synced = Promise.withResolvers<void>()
  const state = { lastSignOfLifeMs: options.now() }
  void reflect(options, state, synced.resolve)
  return { synced: synced.promise, lastSignOfLifeMs: () => state.lastSignOfLifeMs }
}

interface ReflectorState {
  lastSignOfLifeMs: number
}

async function reflect<K extends Kind>(options: ReflectorOptions<K>, state: ReflectorState, onSynced: () => void): Promise<void> {
  let resourceVersion: string | undefined
  let failures = 0
  while (!options.signal.aborted) {
    try {
      if (resourceVersion === undefined) {
        resourceVersion = await listAll(options, state)
        onSynced()
      }
      let isQuiet = true
      for await (const event of watchFrom(options, resourceVersion)) {
        state.lastSignOfLifeMs = options.now()
        failures = 0
        isQuiet = false
        resourceVersion = deliver(event, options.sink)
      }
      // A server that closes watches as soon as they open must not be asked in a tight loop.
      if (isQuiet) throw new ClusterError('Unavailable', 'the API server closed the watch before it had sent anything')
    } catch (error) {
      if (options.signal.aborted) return
      if (isClusterError(error, 'Expired')) resourceVersion = undefined
      options.onTrouble(`watch of ${options.kind}`, error)
      failures += 1
      await options.sleep(fullJitterDelayMs(failures, BACKOFF, options.random()), options.signal)
    }
  }
}

function watchFrom<K extends Kind>(
  { cluster, kind, signal, inactivityMs = INACTIVITY_MS, ...options }: ReflectorOptions<K>,
  resourceVersion: string,
): AsyncIterable<WatchEvent<K>> {
  return cluster.watch(kind, { ...selectionOf(options), resourceVersion, inactivityMs, signal })
}

function selectionOf({ labelSelector, fieldSelector }: Selection): Selection {
  return { labelSelector, ...(fieldSelector === undefined ? {} : { fieldSelector }) }
}

/** The resourceVersion that the event brings us to. */
function deliver<K extends Kind>(event: WatchEvent<K>, sink: ReflectorSink<K>): string {
  if (event.type === 'BOOKMARK') return event.resourceVersion
  if (event.type === 'DELETED') sink.remove(event.object)
  else sink.upsert(event.object)
  return event.object.metadata?.resourceVersion ?? ''
}

async function listAll<K extends Kind>({ cluster, kind, sink, now, ...options }: ReflectorOptions<K>, state: ReflectorState): Promise<string> {
  const objects: Wire<K>[] = []
  let continueToken: string | undefined
  for (;;) {
    const page = await cluster.list(kind, { ...selectionOf(options), limit: PAGE_SIZE, ...(continueToken === undefined ? {} : { continueToken }) })
    state.lastSignOfLifeMs = now()
    objects.push(...page.items)
    continueToken = page.continueToken
    if (continueToken === undefined) {
      sink.replace(objects)
      return page.resourceVersion
    }
  }
}
