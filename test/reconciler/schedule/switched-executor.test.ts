/** The executor is switched from Argo while a schedule fires: the next leader has watched since before, and knows of no Workflows. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { END_RECORDED_FINALIZER } from '../../../compiler/labels.ts'
import { recordName } from '../../../compiler/names.ts'
import { handleRequest } from '../../../reconciler/request/handle-request.ts'
import { killRun } from '../../../reconciler/request/kill-run.ts'
import { aDeploy } from '../../compiler/examples/schedule.ts'
import { aPolicyOf, ENVIRONMENT } from '../../compiler/examples/policy.ts'
import { exited } from '../../support/a-pod.ts'
import { aRunner, aWorld, type TestRunner, type World } from '../../support/a-runner.ts'
import { inPhase } from '../../support/a-workflow.ts'
import { fireWorkflow } from '../../support/fake-cron.ts'
import { endsTold, recordIn } from '../../support/run-in-world.ts'

type Fired = Awaited<ReturnType<typeof fireWorkflow>>

let world: World
let former: TestRunner
let next: TestRunner

async function start(options: Parameters<typeof aRunner>[1]): Promise<TestRunner> {
  const runner = aRunner(world, options)
  await runner.schedules.controller.sync()
  await runner.controller.start()
  runner.schedules.controller.start()
  return runner
}

async function stop({ schedules, controller }: TestRunner): Promise<void> {
  await schedules.controller.stop()
  await controller.stop()
}

beforeEach(async () => {
  world = aWorld()
  former = await start({ policy: aPolicyOf('argo') })
  next = await start({ isLeading: false })
  expect(await handleRequest('pipeline/deploy', aDeploy({ retries: 0 }), former.context)).toMatchObject({ code: 200 })
})
afterEach(async () => {
  for (const runner of [former, next]) await stop(runner)
})

/** The former leader goes, and the next one leads. */
async function change(): Promise<void> {
  await stop(former)
  await next.controller.lead()
  next.schedules.controller.lead()
}

const keyOf = ({ workflow }: Fired): string => recordName(workflow.metadata.uid ?? '', ENVIRONMENT.AGENT_ID)

async function adopted(fired: Fired): Promise<void> {
  await world.cluster.changes.until(() => recordIn(world, keyOf(fired)) !== undefined)
}

async function letGo({ workflow }: Fired): Promise<void> {
  await world.cluster.changes.until(
    () => !(world.cluster.find('workflows', workflow.metadata.name ?? '')?.metadata.finalizers ?? []).includes(END_RECORDED_FINALIZER),
  )
}

test.each([
  { who: 'the former leader has adopted', isAdopted: true },
  { who: 'nobody has adopted', isAdopted: false },
])('the end of a Workflow that $who is told by the next, which lets it go', async ({ isAdopted }) => {
  const fired = await fireWorkflow(world)
  if (isAdopted) await adopted(fired)
  else await stop(former)
  await change()
  await adopted(fired)
  world.cluster.put('pods', exited(fired.pod, 137, { reason: 'OOMKilled' }))
  world.cluster.put('workflows', inPhase(world.cluster.find('workflows', fired.workflow.metadata.name ?? '') ?? fired.workflow, 'Failed'))
  await letGo(fired)
  expect(recordIn(world, keyOf(fired))?.status.end).toMatchObject({ state: 'failed', failureClass: 'OOMKilled' })
  expect(endsTold(world)).toEqual(['failed'])
})

test('a Workflow of a schedule is stopped under the next leader when it is killed', async () => {
  const fired = await fireWorkflow(world)
  await adopted(fired)
  await change()
  await killRun({ runner: ENVIRONMENT.AGENT_ID, runId: fired.workflow.metadata.uid ?? '' }, next.context)
  const podNow = () => world.cluster.find('pods', fired.pod.metadata?.name ?? '')
  await world.cluster.changes.until(() => podNow()?.metadata?.deletionTimestamp !== undefined)
  world.cluster.put('pods', exited({ ...fired.pod, metadata: { ...podNow()?.metadata } }, 143))
  await letGo(fired)
  expect(endsTold(world)).toEqual(['stopped'])
})
