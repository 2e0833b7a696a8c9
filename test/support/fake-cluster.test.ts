import { setImmediate } from 'node:timers/promises'
import type { V1ContainerState } from '@kubernetes/client-node'
import { beforeAll, describe } from 'vitest'
import { clusterContract } from './cluster.contract.ts'
import { FakeCluster } from './fake-cluster.ts'
import { type LogSide, podLogContract } from './pod-log.contract.ts'

describe('the fake cluster', () => {
  let cluster: FakeCluster
  beforeAll(() => {
    cluster = new FakeCluster()
  })
  clusterContract(() => cluster)
  podLogContract(() => ({ cluster, ...scriptedPods(cluster) }))
})

/** Pods that play a script; whoever waits for a minute waits for ever. */
function scriptedPods(cluster: FakeCluster): Omit<LogSide, 'cluster'> {
  const put = (name: string, state?: V1ContainerState): void => {
    const containerStatuses = state === undefined ? [] : [{ name: 'main', image: 'x', imageID: 'x', ready: true, restartCount: 0, state }]
    cluster.put('pods', { metadata: { name }, status: { phase: 'Running', containerStatuses } })
  }
  const play = async (name: string, script: Parameters<LogSide['run']>[0]): Promise<void> => {
    for (const step of script) {
      await setImmediate()
      if ('print' in step) cluster.logs.append(name, step.print, 2)
      else if (step.waitSeconds >= 60) return
    }
    put(name, { terminated: { exitCode: 0 } })
  }
  return {
    run: async (script) => {
      const name = `pod-${crypto.randomUUID()}`
      put(name, { running: {} })
      void play(name, script)
      return Promise.resolve(name)
    },
    ended: async (name) => cluster.changes.until(() => cluster.find('pods', name)?.status?.containerStatuses?.[0]?.state?.terminated !== undefined),
    makeUnscheduled: async () => {
      put('unscheduled')
      return Promise.resolve('unscheduled')
    },
  }
}
