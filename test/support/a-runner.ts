import type { V1Secret } from '@kubernetes/client-node'
import type { Policy } from '../../compiler/policy.ts'
import { remembered } from '../../reconciler/cache/finished-record.ts'
import { RunCache } from '../../reconciler/cache/run-cache.ts'
import { Controller } from '../../reconciler/controller.ts'
import type { Effects } from '../../reconciler/execute/effects.ts'
import { PENDING_BUDGETS, type PendingBudgets } from '../../reconciler/failures/pending-budgets.ts'
import { NamespaceFate } from '../../reconciler/execute/namespace-fate.ts'
import { PayloadKnowledge } from '../../reconciler/execute/payload-knowledge.ts'
import { Refusals } from '../../reconciler/execute/refusals.ts'
import type { Log } from '../../reconciler/log.ts'
import type { Limits } from '../../reconciler/queue/limits.ts'
import { sleep } from '../../reconciler/queue/sleep.ts'
import { reporter } from '../../reconciler/report/tell-collate.ts'
import { LogUploads } from '../../reconciler/logs/log-uploads.ts'
import { LogFollowers } from '../../reconciler/logs/log-followers.ts'
import type { RunLogParams } from '../../reconciler/link/protocol.ts'
import type { RequestContext } from '../../reconciler/request/request-context.ts'
import { scheduleRoom, type ScheduleRoom } from '../../reconciler/schedule/schedule-room.ts'
import { aPolicy } from '../compiler/examples/policy.ts'
import { FACTS, NOW_MS } from '../compiler/examples/run.ts'
import { FakeCluster } from './fake-cluster.ts'
import { FakeCollate } from './fake-collate.ts'

/** What outlives a runner: the cluster, Collate, and time. */
export interface World {
  readonly clock: { nowMs: number }
  readonly cluster: FakeCluster
  readonly collate: FakeCollate
}

export function aWorld(): World {
  const clock = { nowMs: NOW_MS }
  return { clock, cluster: new FakeCluster(() => clock.nowMs), collate: new FakeCollate() }
}

export interface LogLine {
  readonly level: keyof Log
  readonly message: string
  readonly fields: object
}

/** A runner's process without its link. A fresh one knows nothing but what is in the world. */
export interface TestRunner {
  readonly effects: Effects
  readonly controller: Controller
  /** The schedules' side. To be started where a test needs it. */
  readonly schedules: ScheduleRoom
  readonly context: RequestContext
  readonly logged: LogLine[]
  /** What it sent of the logs that are followed. */
  readonly followed: RunLogParams[]
  /** What it counts for its metrics. */
  readonly counted: { starts: number; waits: string[]; ends: string[]; wantedSyncs: number }
}

interface RunnerOptions {
  readonly policy?: Policy
  readonly maxActiveRuns?: number
  readonly limits?: Partial<Limits>
  readonly recordTtlMs?: number
  readonly serverVersion?: () => string | undefined
  /** Else it stands by. */
  readonly isLeading?: boolean
  /** The link, for what is followed. */
  readonly send?: (params: RunLogParams) => Promise<void>
}

export const RECORD_TTL_MS = 86_400_000

/** As they are when nobody sets them. */
export const PENDING_BUDGETS_MS = Object.fromEntries(
  Object.entries(PENDING_BUDGETS).map(([name, { defaultSeconds }]) => [name, defaultSeconds * 1000]),
) as PendingBudgets

export function aRunner(world: World, options: RunnerOptions = {}): TestRunner {
  const { maxActiveRuns = 100, recordTtlMs = RECORD_TTL_MS, isLeading = true } = options
  const logged: LogLine[] = []
  const cache: RunCache = new RunCache({
    keep: remembered,
    agentId: (options.policy ?? aPolicy()).agentId,
    onChange: (key) => {
      controller.wake(key)
      schedules.onRunChanged(key)
      followers.wake(key)
    },
    onUnreadable: (name, problem) => logged.push({ level: 'error', message: problem, fields: { record: name } }),
  })
  const counted = { starts: 0, waits: new Array<string>(), ends: new Array<string>(), wantedSyncs: 0 }
  const base = { ...effectsOf(world, cache, logged, options), wantSync: () => void (counted.wantedSyncs += 1) }
  const schedules: ScheduleRoom = scheduleRoom({ effects: base, onJob: (key) => controller.wake(key), random: () => 0, sleep })
  const effects: Effects = {
    ...base,
    jobs: schedules.jobs,
    schedules: schedules.schedules,
    onStart: () => void (counted.starts += 1),
    onPending: (failureClass, cause) => void counted.waits.push(`${failureClass}/${cause}`),
    onEnd: ({ state }) => void counted.ends.push(state),
  }
  const followed: RunLogParams[] = []
  const send = async (params: RunLogParams): Promise<void> => {
    await options.send?.(params)
    followed.push(params)
    world.cluster.changes.notify()
  }
  const followers = new LogFollowers({ place: effects, send, sleep, random: () => 0, log: effects.log })
  const controller: Controller = new Controller({
    effects,
    limits: { maxActiveRuns, maxActiveRunsByType: {}, automationSlots: 0, ...options.limits },
    recordTtlMs,
    pendingBudgets: PENDING_BUDGETS_MS,
    random: () => 0,
    sleep,
  })
  if (isLeading) for (const each of [controller, schedules.controller]) void each.lead()
  const context: RequestContext = {
    policy: effects.policy,
    followers,
    version: '0.1.0',
    effects: { ...effects, wake: (key) => controller.wake(key) },
    schedules: schedules.forRequests,
    onDesiredChanged: base.wantSync,
    runsInHand: new Set(),
    troubles: () => schedules.controller.unapplied().troubles(),
    hostIp: undefined,
  }
  return { effects, controller, schedules, context, logged, counted, followed }
}

function effectsOf(
  { cluster, collate, clock }: World,
  cache: RunCache,
  logged: LogLine[],
  { policy = aPolicy(), serverVersion = () => FACTS.serverVersion }: RunnerOptions,
): Omit<Effects, 'onStart' | 'onPending' | 'onEnd' | 'wantSync' | 'jobs' | 'schedules'> {
  const now = (): number => clock.nowMs
  return {
    cluster,
    cache,
    reporter: reporter({ collate, now, runner: { agentId: policy.agentId, version: '0.1.0' }, onTrouble: () => undefined }),
    uploads: new LogUploads({ collate, connectorId: 'hybrid-runner-aws-prod', log: recordingLog(logged), now, random: () => 0, sleep }),
    payloads: new PayloadKnowledge(),
    namespaceFate: new NamespaceFate(),
    toldPending: new Map(),
    refusals: new Refusals(),
    policy,
    facts: () => {
      const version = serverVersion()
      return version === undefined ? {} : { serverVersion: version }
    },
    log: recordingLog(logged),
    now,
  }
}

function recordingLog(logged: LogLine[]): Log {
  const at = (level: keyof Log) => (fields: object, message: string) => void logged.push({ level, message, fields })
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** A payload as somebody has created it. */
export function aPayloadNamed(name: string): V1Secret {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, immutable: true }
}
