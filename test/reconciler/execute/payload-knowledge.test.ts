import { expect, test } from 'vitest'
import { payloadSecret } from '../../../compiler/payload.ts'
import { PayloadKnowledge } from '../../../reconciler/execute/payload-knowledge.ts'
import { aRecord } from '../../support/a-record.ts'
import { FakeCluster } from '../../support/fake-cluster.ts'

test('asks for a payload with a Secret that policies take for the payload itself, without its content', async () => {
  const cluster = new FakeCluster()
  const create = cluster.create.bind(cluster)
  const asked: unknown[] = []
  cluster.create = async (kind, object, options) => {
    asked.push(object)
    return create(kind, object, options)
  }
  const record = aRecord()
  await new PayloadKnowledge().ask(cluster, record)
  const { data, ...rest } = payloadSecret({ ...record.spec.payload, digest: '', content: '{}' }, record)
  expect(data).toBeDefined()
  expect(asked).toEqual([rest])
})

test('knows what the cluster has said, and nothing when it has refused to say', async () => {
  const cluster = new FakeCluster()
  const record = aRecord()
  const payloads = new PayloadKnowledge()
  cluster.failNext('dryRun', 'QuotaExceeded')
  await expect(payloads.ask(cluster, record)).rejects.toMatchObject({ code: 'QuotaExceeded' })
  expect(payloads.of(record)).toBe('unknown')
  await payloads.ask(cluster, record)
  expect(payloads.of(record)).toBe('absent')
  cluster.put('secrets', { metadata: { name: record.spec.payload.secretName } })
  await payloads.ask(cluster, record)
  expect(payloads.of(record)).toBe('present')
})
