/** Runs whose end goes to an automation workflow, or to nobody: from the request to what the screen shows. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { handleRequest } from '../../reconciler/request/handle-request.ts'
import { APPLICATION_ALONE } from '../compiler/examples/application-requests.ts'
import { AUTOMATIONS } from '../compiler/examples/automation-requests.ts'
import { RUN_ID } from '../compiler/examples/run-request.ts'
import { exited, unschedulable } from '../support/a-pod.ts'
import { aRunner, aWorld, type TestRunner, type World } from '../support/a-runner.ts'
import { endOfRun, podIn, recordIn, RUN_KEY } from '../support/run-in-world.ts'

const REQUEST = AUTOMATIONS['test-connection']
const { id, name } = REQUEST.workflow as { readonly id: string; readonly name: string }

let world: World
let runner: TestRunner
beforeEach(async () => {
  world = aWorld()
  runner = aRunner(world)
  await runner.controller.start()
  world.collate.automations.set(name, { id, workflowType: 'TEST_CONNECTION', status: 'Pending', connectionType: 'Mysql' })
})
afterEach(async () => runner.controller.stop())

const run = async (): Promise<unknown> => handleRequest('automation/run', REQUEST, runner.context)
const shown = () => world.collate.automations.get(name)

describe('an automation', () => {
  test('starts the program that the image has for it, and its pod tells of what kind it is', async () => {
    expect(await run()).toMatchObject({ code: 200, runId: RUN_ID })
    const pod = await podIn(world)
    expect(pod.spec?.containers[0]?.command).toEqual(['python', 'run_automation.py'])
    expect(pod.metadata?.annotations).toMatchObject({ 'hybrid-runner.collate.io/kind': 'automation', 'hybrid-runner.collate.io/pipeline-name': name })
  })

  test.each(['Successful', 'Failed'] as const)('that its pod has called %s is left as it is', async (status) => {
    await run()
    const pod = await podIn(world)
    world.collate.automations.set(name, { id, workflowType: 'TEST_CONNECTION', status })
    world.cluster.put('pods', exited(pod, 0))
    expect((await endOfRun(world)).status.end).toMatchObject({ state: status === 'Successful' ? 'success' : 'failed', isAcknowledged: true })
    expect(shown()).toEqual({ id, workflowType: 'TEST_CONNECTION', status })
  })

  test('whose pod dies is failed on its workflow, in the words of Kubernetes and with a remedy', async () => {
    await run()
    world.cluster.logs.set(`${RUN_KEY}-1`, 'last words')
    world.cluster.put('pods', exited(await podIn(world), 137, { reason: 'OOMKilled' }))
    expect((await endOfRun(world)).status.end).toMatchObject({ state: 'failed', failureClass: 'OOMKilled', isAcknowledged: true })
    expect(shown()).toMatchObject({
      status: 'Failed',
      response: { status: 'Failed', steps: [{ name: 'CheckAccess', mandatory: true, passed: false, errorLog: 'last words' }] },
    })
    expect(JSON.stringify(shown()?.response)).toMatch(/OOMKilled: container main.*Raise the memory limit of automation pods/)
    expect(world.collate.history).toEqual([])
  })

  test('whose program ends with 0 and writes nothing has failed', async () => {
    await run()
    world.cluster.put('pods', exited(await podIn(world), 0))
    expect((await endOfRun(world)).status.end).toMatchObject({ state: 'failed', failureClass: 'ExitCode', message: expect.stringContaining('wrote no result') })
    expect(shown()).toMatchObject({ status: 'Failed', response: { steps: [{ message: expect.stringContaining('wrote no result') }] } })
  })

  test('whose workflow changes while it is told is read anew, and the last word of its pod stays', async () => {
    await run()
    const pod = await podIn(world)
    const { patchAutomation } = world.collate
    world.collate.patchAutomation = async (...args) => {
      world.collate.automations.set(name, { id, workflowType: 'TEST_CONNECTION', status: 'Successful' })
      return patchAutomation.apply(world.collate, args)
    }
    world.cluster.put('pods', exited(pod, 1))
    expect((await endOfRun(world)).status.end).toMatchObject({ state: 'success' })
    expect(shown()).toEqual({ id, workflowType: 'TEST_CONNECTION', status: 'Successful' })
  })

  test.each([
    { what: 'is gone', change: () => void world.collate.automations.delete(name) },
    {
      what: 'is another one of the same name',
      change: () => void world.collate.automations.set(name, { id: RUN_ID, workflowType: 'TEST_CONNECTION', status: 'Pending' }),
    },
  ])('whose workflow $what ends without a word', async ({ change }) => {
    await run()
    const pod = await podIn(world)
    change()
    const before = shown()
    world.cluster.put('pods', exited(pod, 3))
    expect((await endOfRun(world)).status.end).toMatchObject({ state: 'failed', failureClass: 'ExitCode', isAcknowledged: true })
    expect(shown()).toEqual(before)
  })

  test('that waits leaves its workflow alone: what stands there is read as its result', async () => {
    await run()
    world.cluster.put('pods', unschedulable(await podIn(world), '0/1 nodes are available: 1 Insufficient cpu.'))
    await vi.waitFor(() => expect(runner.logged.map(({ message }) => message)).toContain('run waits'))
    expect(shown()).toMatchObject({ status: 'Pending' })
    expect(world.collate.history).toEqual([])
  })

  test('whose record is torn away is told by its pod', async () => {
    await run()
    const pod = await podIn(world)
    await runner.controller.stop()
    world = { ...aWorld(), collate: world.collate }
    world.cluster.put('pods', exited(pod, 3))
    runner = aRunner(world)
    await runner.controller.start()
    await world.collate.changes.until(() => shown()?.status === 'Failed')
    expect(shown()).toMatchObject({ response: { steps: [{ name: 'CheckAccess', passed: false, message: expect.stringContaining('exit code 3') }] } })
  })

  test('that Collate does not take now is told later', async () => {
    await run()
    world.collate.trouble = 'Unavailable'
    world.cluster.put('pods', exited(await podIn(world), 3))
    await world.cluster.changes.until(() => recordIn(world)?.status.end?.isAcknowledged === false)
    world.collate.trouble = undefined
    await runner.controller.stop()
    runner = aRunner(world)
    await runner.controller.start()
    await world.cluster.changes.until(() => recordIn(world)?.status.end?.isAcknowledged === true)
    expect(shown()).toMatchObject({ status: 'Failed' })
  })
})

describe('an application without a pipeline', () => {
  test('starts its own program, and its end is acknowledged at once: nobody keeps a status of it', async () => {
    expect(await handleRequest('application/run', APPLICATION_ALONE, runner.context)).toMatchObject({ code: 200 })
    const pod = await podIn(world, RUN_KEY)
    expect(pod.spec?.containers[0]?.command).toEqual(['python', '-m', 'metadata.applications.runner'])
    world.collate.calls.length = 0
    world.cluster.put('pods', exited(pod, 3))
    expect((await endOfRun(world)).status.end).toMatchObject({ state: 'failed', failureClass: 'ExitCode', isAcknowledged: true })
    expect(world.collate.calls).toEqual([])
    expect(runner.logged).toContainEqual(expect.objectContaining({ message: 'run ended', fields: expect.objectContaining({ failureClass: 'ExitCode' }) }))
  })
})
