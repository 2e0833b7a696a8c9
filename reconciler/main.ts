import type { FailureClass } from '../compiler/failure-class.ts'
import type { RunEnd } from '../compiler/record.ts'
import { remembered } from './cache/finished-record.ts'
import { RunCache } from './cache/run-cache.ts'
import type { Cluster } from './cluster/cluster.ts'
import { limitedCluster } from './cluster/limited-cluster.ts'
import { type Config, configWarnings } from './config.ts'
import { Controller } from './controller.ts'
import type { Effects } from './execute/effects.ts'
import { NamespaceFate } from './execute/namespace-fate.ts'
import { PayloadKnowledge } from './execute/payload-knowledge.ts'
import { Refusals } from './execute/refusals.ts'
import { failureCause } from './failures/failure-table.ts'
import { FactsStore } from './facts/facts-store.ts'
import { progressOf } from './http/progress.ts'
import type { HttpServer } from './http/http-server.ts'
import { startServers } from './http/start-servers.ts'
import type { Elector } from './leader/elector.ts'
import { electorFor } from './leader/elector-for.ts'
import { beginTerm } from './leader/term.ts'
import type { ControlPlane } from './link/control-plane.ts'
import type { RunLogParams } from './link/protocol.ts'
import type { RunnerToken } from './link/token.ts'
import { type Log, startLog } from './log.ts'
import type { LogUploads } from './logs/log-uploads.ts'
import { LogFollowers } from './logs/log-followers.ts'
import { type Metrics, startMetrics } from './metrics/metrics.ts'
import type { ExtraCas } from './network/extra-cas.ts'
import { networkOf } from './network/network.ts'
import { proxySecrets } from './network/proxy.ts'
import { rereadFiles } from './network/reread-files.ts'
import { sleep } from './queue/sleep.ts'
import { toCollate } from './report/to-collate.ts'
import { scheduleRoom, type ScheduleRoom } from './schedule/schedule-room.ts'
import type { SyncLoop } from './sync/sync-loop.ts'
import { RUNNER_VERSION } from './version.ts'
import { linkFor } from './link-for.ts'

export interface Agent {
  readonly log: Log
  /** Takes no more requests, finishes those in hand, says goodbye. Pods run on and are adopted by the next runner. */
  stop(reason: string): Promise<void>
}

/**
 * Starts the agent. The wiring follows the two ways things flow:
 *
 *   Collate --JSON-RPC--> link --> request --> admit --> record + payload --> (answer)
 *   cluster --watch--> cache --> key --> queue --> observe --> compile --> plan --> execute --> report --REST--> Collate
 *
 * Several may run for one agent id. The one that holds the lease leads: it alone works on the runs and holds the link. It may
 * lead once the cluster's state is known: a request is judged against what is there.
 */
export async function startAgent(config: Config, token: RunnerToken, extraCas: ExtraCas): Promise<Agent> {
  const { agentId, namespace } = config.policy
  const log = startLog({ level: config.logLevel, secrets: () => [...token.known(), ...proxySecrets(config.network.proxies)] })
  for (const { path, message } of configWarnings(config)) log.warn({ path, problem: message }, 'configuration warning')
  const metrics = startMetrics()
  const network = networkOf(config.network.proxies, extraCas)
  const elector: Elector = electorFor(config, network, log, () =>
    beginTerm({ controllers: [controller, schedules.controller], prepare, openLink, onChange: metrics.setLeading, sleep }),
  )
  const cluster = limitedCluster(config, network, metrics, elector)
  const facts = new FactsStore(cluster, agentId, log)
  const cache = new RunCache({
    agentId,
    keep: remembered,
    onChange: (key) => {
      controller.wake(key)
      schedules.onRunChanged(key)
      followers.wake(key)
    },
    onUnreadable: (name, problem) => log.error({ record: name, problem }, 'a record cannot be read and is left alone'),
  })
  const send = async (params: RunLogParams): Promise<void> => link?.notify('run/log', params)
  const followers = new LogFollowers({ place: { cluster, policy: config.policy }, send, sleep, random: Math.random, log })
  const wantSync = (): void => sync?.wake()
  const base = { ...stateOf(config, cluster, cache, facts), wantSync, ...outlets(log, metrics), ...toCollate(config, token, network, log, metrics, elector) }
  const schedules: ScheduleRoom = scheduleRoom({ effects: base, onJob: (key) => controller.wake(key), random: Math.random, sleep })
  const effects: Effects = { ...base, jobs: schedules.jobs, schedules: schedules.schedules }
  const controller: Controller = new Controller({
    effects,
    limits: config.limits,
    recordTtlMs: config.runTtlSeconds * 1000,
    pendingBudgets: config.pendingBudgets,
    random: Math.random,
    sleep,
  })
  metrics.watchQueue(() => ({ ...controller.counts(), heldBack: controller.heldBack() }))
  metrics.watchSchedules(() => schedules.controller.unapplied().count())
  let link: ControlPlane | undefined
  let sync: SyncLoop | undefined
  let kubernetesVersion: string | undefined
  const openLink = (): ReturnType<typeof linkFor> => {
    const opened = linkFor(config, { token, network, kubernetesVersion }, effects, controller, { schedules, followers }, facts, metrics)
    ;({ link, sync } = opened)
    return opened
  }
  const prepare = async (): Promise<void> => {
    await facts.load()
    await facts.publishLimits(config.limits)
    kubernetesVersion = await facts.kubernetesVersion()
  }
  const servers = await startServers(config, { progress: () => progressOf(controller, schedules.controller), isSynced: () => controller.isSynced() }, metrics)
  log.info({ agentId, namespace, version: RUNNER_VERSION, healthPort: servers[0]?.port, metricsPort: servers[1]?.port }, 'runner started')

  elector.start()
  await schedules.controller.sync()
  await controller.start()
  schedules.controller.start()
  log.info(controller.counts(), "the cluster's state is known")
  elector.compete()
  const stopRereading = rereadFiles([token.onTimer, extraCas], () => link?.retryNow(), log)
  return { log, stop: async (reason) => (stopRereading(), stopAll(reason, elector, [controller, schedules.controller], effects.uploads, servers, log)) }
}

function now(): number {
  return Date.now()
}

function stateOf({ policy }: Config, cluster: Cluster, cache: RunCache, facts: FactsStore) {
  const memory = { payloads: new PayloadKnowledge(), namespaceFate: new NamespaceFate(), toldPending: new Map<string, string>(), refusals: new Refusals() }
  return { policy, cluster, cache, facts: () => facts.current(), ...memory }
}

function outlets(log: Log, metrics: Metrics) {
  return {
    log,
    now,
    onStart: () => metrics.countStart(),
    onPending: (failureClass: FailureClass, cause: string) => metrics.countFailure('waiting', failureClass, cause),
    onEnd: ({ state, failureClass, message }: RunEnd) => {
      metrics.countEnd(state)
      if (failureClass !== undefined) metrics.countFailure('ended', failureClass, failureCause(failureClass, message))
    },
  }
}

async function stopAll(
  reason: string,
  elector: Elector,
  controllers: readonly { stop(): Promise<void> }[],
  uploads: LogUploads,
  servers: readonly HttpServer[],
  log: Log,
): Promise<void> {
  await elector.stop(reason)
  await Promise.all(controllers.map(async (controller) => controller.stop()))
  // What the last ends left to do about logs.
  await uploads.stop()
  await Promise.all(servers.map(async (server) => server.stop()))
  log.info({ reason }, 'runner stopped')
}
