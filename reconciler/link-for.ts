import type { Config } from './config.ts'
import type { Controller } from './controller.ts'
import type { Effects } from './execute/effects.ts'
import type { FactsStore } from './facts/facts-store.ts'
import { troublesOf } from './http/health.ts'
import { progressOf } from './http/progress.ts'
import type { ControlPlane } from './link/control-plane.ts'
import { jsonRpcControlPlane, type LinkOptions } from './link/json-rpc-control-plane.ts'
import { PROTOCOL_VERSIONS } from './link/protocol.ts'
import { reconnectBackoff } from './link/reconnect.ts'
import type { LogFollowers } from './logs/log-followers.ts'
import type { Metrics } from './metrics/metrics.ts'
import { sleep } from './queue/sleep.ts'
import { handleRequest, SERVED_METHODS } from './request/handle-request.ts'
import type { RequestContext } from './request/request-context.ts'
import type { ScheduleRoom } from './schedule/schedule-room.ts'
import { syncLoopFor } from './sync/sync-loop-for.ts'
import type { SyncLoop } from './sync/sync-loop.ts'
import { RUNNER_VERSION } from './version.ts'

/** The way of requests, wired: Collate --JSON-RPC--> link --> request; and the loop that compares what Collate wants with what is here. */
export function linkFor(
  config: Config,
  { kubernetesVersion, ...way }: Pick<LinkOptions, 'token' | 'network'> & { readonly kubernetesVersion: string | undefined },
  effects: Effects,
  controller: Controller,
  { schedules, followers }: { readonly schedules: ScheduleRoom; readonly followers: LogFollowers },
  facts: FactsStore,
  metrics: Metrics,
): { readonly link: ControlPlane; readonly sync: SyncLoop } {
  const { policy, link } = config
  const { agentId } = policy
  const context: RequestContext = {
    policy,
    followers,
    version: RUNNER_VERSION,
    effects: { ...effects, wake: (key: string) => controller.wake(key) },
    schedules: schedules.forRequests,
    troubles: () => [...troublesOf(progressOf(controller, schedules.controller)), ...schedules.controller.unapplied().troubles()],
    hostIp: config.hostIp,
    onDesiredChanged: () => sync.wake(),
    runsInHand: new Set(),
  }
  const controlPlane = jsonRpcControlPlane(
    {
      url: link.url,
      ...way,
      hello: {
        agentId,
        runnerVersion: RUNNER_VERSION,
        protocolVersions: [...PROTOCOL_VERSIONS],
        executor: policy.executor === 'argo' ? 'argo' : 'simple',
        capabilities: SERVED_METHODS,
        ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }),
      },
      backoff: reconnectBackoff(link.reconnectDelaySeconds),
      activity: () => ({ activeRuns: controller.counts().active, queuedRuns: controller.counts().waiting }),
      log: effects.log,
      random: Math.random,
      now: effects.now,
      sleep,
      onFailure: metrics.countLinkFailure,
    },
    {
      onRequest: async (method, params) => handleRequest(method, params, context),
      onConnected: ({ serverVersion }) => {
        metrics.setConnected(true)
        void facts.learnServerVersion(serverVersion).then(() => schedules.controller.wakeAll())
        sync.wake()
      },
      onDisconnected: () => {
        metrics.setConnected(false)
        followers.stopAll()
      },
    },
  )
  const sync: SyncLoop = syncLoopFor(context, effects, controlPlane, facts)
  return { link: controlPlane, sync }
}
