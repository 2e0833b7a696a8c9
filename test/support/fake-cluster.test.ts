import { beforeAll, describe } from 'vitest'
import { clusterContract } from './cluster.contract.ts'
import { FakeCluster } from './fake-cluster.ts'

describe('the fake cluster', () => {
  let cluster: FakeCluster
  beforeAll(() => {
    cluster = new FakeCluster()
  })
  clusterContract(() => cluster)
})
