import { openReleasePlace, type Released, releasedAt } from '../charts/released.ts'
import type { Values } from '../charts/release.ts'
import type { Executor } from '../../compiler/policy/executor.ts'
import type { Place } from '../scenario/place.ts'
import { type ProgramMarks, listenForMarks } from './program-marks.ts'
import type { AskedRun } from './exactly-once.ts'

/** A release in a cluster, with what is needed to judge afterwards what became of every run that it was asked for. */
export interface OutageStage {
  readonly place: Place
  readonly released: Released
  readonly marks: ProgramMarks
  /** `simulate.markAt` of every run. */
  readonly markAt: string
  /** Every run that anybody asked for, in order. */
  readonly asked: AskedRun[]
  stop(): Promise<void>
}

/** The runner's image may have to be built first, on a machine that does other work beside. */
export const INSTALL_TIMEOUT_MS = 1_200_000

/** Runs that may hold a pod at once: those that wait behind it are part of every outage. */
export const MAX_ACTIVE_RUNS = 6

export interface StageOptions {
  /** Name of a cluster that is the stage's alone, so that its parts may be stopped. */
  readonly ownCluster?: string
  readonly executor?: Executor
  /** What the release is installed with, beside what binds it to the place. */
  readonly values?: Values
}

/** Installs the chart with the runner in the cluster under its own account. */
export async function openOutageStage(agentId: string, { ownCluster, executor = 'simpleK8s', values = {} }: StageOptions = {}): Promise<OutageStage> {
  const cluster = ownCluster === undefined ? {} : { cluster: { name: ownCluster, auditLog: true } }
  // Two heartbeats without a word are what it takes Collate to see that a runner is gone.
  const place = await openReleasePlace({ namespacePrefix: 'outage', executor, ...cluster, collate: { heartbeatIntervalMs: 3_000 } })
  const marks = await listenForMarks()
  const released = await releasedAt(place, { agentId })
  const stage: OutageStage = {
    place,
    released,
    marks,
    markAt: marks.urlFor(place.cluster.hostIp),
    asked: [],
    stop: async () => {
      if (ownCluster === undefined) {
        // The namespace goes with all that is in it: nothing is to be waited for but that the runner acts no more.
        await released.release.helm('uninstall', '--no-hooks', '--wait')
        await place.stop()
      } else {
        await place.collate.stop()
        await place.cluster.stop()
      }
      await marks.stop()
    },
  }
  await released.release.install(valuesOf(stage, values))
  await place.collate.waitForRunner(agentId, 'Active')
  return stage
}

/** What the release is installed with, and more. */
export function valuesOf({ place, released }: Pick<OutageStage, 'place' | 'released'>, more: Values): Values {
  const argo = place.executor === 'argo' ? { argoWorkflows: { endpoint: 'http://argo-server.argo:2746' } } : {}
  const config = { ...(released.values['config'] as Values), ...argo }
  return { ...released.values, config, extraEnvs: [{ name: 'MAX_ACTIVE_RUNS', value: String(MAX_ACTIVE_RUNS) }], ...more }
}
