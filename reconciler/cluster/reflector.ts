import type { Cluster, Kind, Selection, WatchEvent, Wire } from './cluster.ts'
import { ClusterError, isClusterError } from './cluster-error.ts'
import { fullJitterDelayMs } from '../queue/full-jitter.ts'

const PAGE_SIZE = 500
const LARGEST_PAGE_SIZE = 32_000
/** The API server sends a bookmark about once a minute, of events excepted; silence for longer means that the watch is dead. */
const INACTIVITY_MS = 90_000
/**
 * Of events the API server keeps no watch cache, and sends no bookmarks: a quiet watch of them cannot be told from a dead one. So the
 * server is asked to close it in time, sooner than it forgets the place where the watch began (five minutes).
 */
const WITHOUT_BOOKMARKS: ReadonlySet<Kind> = new Set<Kind>(['events'])
const EVENTS_WATCH_SECONDS = 240
const EVENTS_INACTIVITY_MS = 270_000
const BACKOFF = { baseMs: 1_000, capMs: 30_000 }
/** A watch that ends sooner has failed, whatever it has told: the next one waits. The API server itself ends one after half an hour or more. */
const SHORTEST_LIFE_MS = 5_000

/** Takes what the cluster holds. Called one at a time; must only store and enqueue. */
export interface ReflectorSink<K extends Kind> {
  /**
   * The whole truth as of a resourceVersion: what is not in it is gone, but for what is known in a later version, as the answer
   * to a write of ours that came while the pages were read.
   */
  replace(objects: readonly Wire<K>[], asOf?: string): void
  /**
   * Where it is there, it takes the place of `replace`: the objects of a list come to `upsert` page by page, so that they never stand in
   * memory all at once, and this is told at the end which of them there were.
   */
  retain?(listed: Listed, asOf: string): void
  upsert(object: Wire<K>): void
  remove(object: Wire<K>): void
}

/** Which objects a list held. */
export interface Listed {
  readonly uids: ReadonlySet<string>
  readonly names: ReadonlySet<string>
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
 * new list, and so does a watch of events that has brought none. Failures wait with full jitter, so that an API server that comes back is not met by everybody at once.
 */
export function startReflector<K extends Kind>(options: ReflectorOptions<K>): Reflector {
  const synced = Promise.withResolvers<void>()
  const state: ReflectorState = { lastSignOfLifeMs: options.now(), resourceVersion: undefined, failures: 0, pageSize: PAGE_SIZE }
  void reflect(options, state, synced.resolve)
  return { synced: synced.promise, lastSignOfLifeMs: () => state.lastSignOfLifeMs }
}

interface ReflectorState {
  lastSignOfLifeMs: number
  /** Where the watch goes on; undefined when a list is due. */
  resourceVersion: string | undefined
  /** In a row; a watch that lives ends the row. */
  failures: number
  pageSize: number
}

async function reflect<K extends Kind>(options: ReflectorOptions<K>, state: ReflectorState, onSynced: () => void): Promise<void> {
  while (!options.signal.aborted) {
    try {
      if (state.resourceVersion === undefined) {
        state.resourceVersion = await listAll(options, state)
        onSynced()
      }
      await watchOnce(options, state, state.resourceVersion)
    } catch (error) {
      if (options.signal.aborted) return
      if (isClusterError(error, 'Expired')) forgetPlace(state)
      options.onTrouble(`watch of ${options.kind}`, error)
      state.failures += 1
      const wishMs = isClusterError(error) ? (error.retryAfterMs ?? 0) : 0
      await options.sleep(wishMs + fullJitterDelayMs(state.failures, BACKOFF, options.random()), options.signal)
    }
  }
}

/** Follows one watch to its end. Throws when it ends so soon that the next one has to wait. */
async function watchOnce<K extends Kind>(options: ReflectorOptions<K>, state: ReflectorState, resourceVersion: string): Promise<void> {
  const openedMs = options.now()
  const hasLived = (): boolean => options.now() - openedMs >= SHORTEST_LIFE_MS
  let isQuiet = true
  try {
    for await (const event of watchFrom(options, resourceVersion)) {
      isQuiet = false
      state.lastSignOfLifeMs = options.now()
      // An event without a version must not send us back to the beginning of time.
      state.resourceVersion = deliver(event, options.sink) ?? state.resourceVersion
    }
  } finally {
    if (hasLived()) state.failures = 0
  }
  // A server that closes watches as soon as they open, with or without a word, must not be asked in a tight loop.
  if (!hasLived()) throw new ClusterError('Unavailable', `the API server closed the watch ${options.now() - openedMs} ms after it was opened`)
  // Nothing has told a newer place, and this one is about to be forgotten: a list, which is no trouble.
  if (isQuiet && WITHOUT_BOOKMARKS.has(options.kind)) state.resourceVersion = undefined
}

/** A place that expired while watching costs a list; one that expired between two pages makes the next pages larger, so that they come to an end. */
function forgetPlace(state: ReflectorState): void {
  if (state.resourceVersion === undefined) state.pageSize = Math.min(state.pageSize * 4, LARGEST_PAGE_SIZE)
  state.resourceVersion = undefined
}

function watchFrom<K extends Kind>(
  { cluster, kind, signal, inactivityMs, ...options }: ReflectorOptions<K>,
  resourceVersion: string,
): AsyncIterable<WatchEvent<K>> {
  const times = WITHOUT_BOOKMARKS.has(kind)
    ? { inactivityMs: inactivityMs ?? EVENTS_INACTIVITY_MS, timeoutSeconds: EVENTS_WATCH_SECONDS }
    : { inactivityMs: inactivityMs ?? INACTIVITY_MS }
  return cluster.watch(kind, { ...selectionOf(options), resourceVersion, signal, ...times })
}

function selectionOf({ labelSelector, fieldSelector }: Selection): Selection {
  return { labelSelector, ...(fieldSelector === undefined ? {} : { fieldSelector }) }
}

/** The resourceVersion that the event brings us to; undefined when it names none. */
function deliver<K extends Kind>(event: WatchEvent<K>, sink: ReflectorSink<K>): string | undefined {
  if (event.type === 'BOOKMARK') return event.resourceVersion === '' ? undefined : event.resourceVersion
  if (event.type === 'DELETED') sink.remove(event.object)
  else sink.upsert(event.object)
  return event.object.metadata?.resourceVersion
}

async function listAll<K extends Kind>({ cluster, kind, sink, now, ...options }: ReflectorOptions<K>, state: ReflectorState): Promise<string> {
  const taker = sink.retain === undefined ? takeAtOnce(sink) : takeByPages(sink, sink.retain.bind(sink))
  let continueToken: string | undefined
  for (;;) {
    const page = await cluster.list(kind, { ...selectionOf(options), limit: state.pageSize, ...(continueToken === undefined ? {} : { continueToken }) })
    state.lastSignOfLifeMs = now()
    taker.page(page.items)
    continueToken = page.continueToken
    if (continueToken === undefined) {
      taker.end(page.resourceVersion)
      state.pageSize = PAGE_SIZE
      return page.resourceVersion
    }
  }
}

interface ListTaker<K extends Kind> {
  page(objects: readonly Wire<K>[]): void
  end(asOf: string): void
}

function takeAtOnce<K extends Kind>(sink: ReflectorSink<K>): ListTaker<K> {
  const objects: Wire<K>[] = []
  return { page: (some) => void objects.push(...some), end: (asOf) => sink.replace(objects, asOf) }
}

function takeByPages<K extends Kind>(sink: ReflectorSink<K>, retain: NonNullable<ReflectorSink<K>['retain']>): ListTaker<K> {
  const uids = new Set<string>()
  const names = new Set<string>()
  return {
    page: (some) => {
      for (const object of some) {
        uids.add(object.metadata?.uid ?? '')
        names.add(object.metadata?.name ?? '')
        sink.upsert(object)
      }
    },
    end: (asOf) => retain({ uids, names }, asOf),
  }
}
