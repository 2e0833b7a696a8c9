import { beforeEach, describe, expect, test } from 'vitest'
import { recordName } from '../../../compiler/names.ts'
import { handleRequest } from '../../../reconciler/request/handle-request.ts'
import { aMetadataRun, withPipeline } from '../../compiler/examples/run-request.ts'
import { aRunner, aWorld, type TestRunner, type World } from '../../support/a-runner.ts'
import { podIn, recordIn } from '../../support/run-in-world.ts'

let world: World
let runner: TestRunner
beforeEach(() => {
  world = aWorld()
  runner = aRunner(world)
})

describe('pipeline/kill', () => {
  const killAll = async (id: string) =>
    handleRequest('pipeline/kill', { runner: 'aws-prod', ingestionPipeline: { id, fullyQualifiedName: 'prod_mysql.nightly' } }, runner.context)
  const ended = (runId: string) => recordIn(world, recordName(runId, 'aws-prod'))?.status.end?.state

  test('stops every run of the pipeline that has not ended, those that wait among them, and no other', async () => {
    const limited = aRunner(world, { maxActiveRuns: 1 })
    await limited.controller.start()
    const ids = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000003']
    const pipelineId = aMetadataRun().ingestionPipeline['id'] as string
    for (const runId of ids) expect(await handleRequest('pipeline/run', { ...aMetadataRun(), runId }, limited.context)).toMatchObject({ code: 200 })
    const other = { ...withPipeline({ id: crypto.randomUUID() }), runId: '00000000-0000-4000-8000-000000000004' }
    await handleRequest('pipeline/run', other, limited.context)
    await podIn(world, recordName(ids[0] ?? '', 'aws-prod'))
    expect(await killAll(pipelineId)).toMatchObject({ code: 200, reason: 'stop requested for 3 run(s)' })
    await podIn(world, recordName(other.runId, 'aws-prod'))
    await world.cluster.changes.until(() => ids.every((runId) => ended(runId) !== undefined))
    expect(ids.map(ended)).toEqual(['stopped', 'stopped', 'stopped'])
    expect(ended(other.runId)).toBeUndefined()
    expect(world.cluster.events.created('pods')).toHaveLength(2)
    expect(await killAll(pipelineId)).toMatchObject({ code: 200, reason: 'stop requested for 0 run(s)' })
    await limited.controller.stop()
  })

  test('of a pipeline without runs is good', async () => {
    expect(await killAll(crypto.randomUUID())).toMatchObject({ code: 200, reason: 'stop requested for 0 run(s)' })
  })
})
