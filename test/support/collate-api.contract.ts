import { expect, test } from 'vitest'
import type { CollateApi, CollateErrorCode } from '../../reconciler/collate/collate-api.ts'
import type { PipelineStatus } from '../../reconciler/report/pipeline-status.ts'

interface Side {
  readonly api: CollateApi
  /** Puts a test connection of Mysql, Pending, under this name and id. */
  readonly putAutomation: (name: string, id: string) => Promise<void>
  /** From now on every call is answered with an error of this sort. */
  readonly trouble: (code: CollateErrorCode) => Promise<void>
}

/** What every CollateApi does, the fake as well as the real client. */
export function collateApiContract(side: () => Side): void {
  test('tells the version of the server', async () => {
    expect(await side().api.serverVersion()).toMatch(/^\d+\.\d+\.\d+$/)
  })

  test('knows nothing of a run that nobody wrote about', async () => {
    expect(await side().api.readStatus('svc.p', crypto.randomUUID())).toBeUndefined()
  })

  test.each(['svc.nightly', 'größe/"a.b".c d%2F#?'])('reads back what was written about a run of %s, and of that run only', async (fqn) => {
    const status = aStatus()
    await side().api.writeStatus(fqn, status)
    expect(await side().api.readStatus(fqn, status.runId)).toMatchObject(status)
    expect(await side().api.readStatus(fqn, crypto.randomUUID())).toBeUndefined()
    expect(await side().api.readStatus(`${fqn}2`, status.runId)).toBeUndefined()
  })

  test('a later write replaces the whole row', async () => {
    const status = aStatus()
    await side().api.writeStatus('svc.p', { ...status, endDate: 2_000, metadata: { was: 'here' } })
    await side().api.writeStatus('svc.p', { ...status, pipelineState: 'success' })
    const row = await side().api.readStatus('svc.p', status.runId)
    expect(row).toMatchObject({ pipelineState: 'success' })
    expect(row).not.toHaveProperty('endDate', 2_000)
    expect(row).not.toHaveProperty('metadata.was')
  })

  test.each(['test-connection-Mysql-9xKq', 'größe "a/b" %2F'])('reads the automation workflow %s by its name and ends it by its id', async (name) => {
    const id = crypto.randomUUID()
    expect(await side().api.readAutomation(name)).toBeUndefined()
    await side().putAutomation(name, id)
    expect(await side().api.readAutomation(name)).toMatchObject({ id, workflowType: 'TEST_CONNECTION', status: 'Pending', connectionType: 'Mysql' })
    const response = { status: 'Failed', steps: [{ name: 'CheckAccess', mandatory: true, passed: false, message: 'why' }] }
    await side().api.patchAutomation(id, [
      { op: 'test', path: '/status', value: 'Pending' },
      { op: 'add', path: '/response', value: response },
      { op: 'add', path: '/status', value: 'Failed' },
    ])
    expect(await side().api.readAutomation(name)).toMatchObject({ status: 'Failed', response })
  })

  test('a patch of an automation workflow whose status is another one by now is Refused and changes nothing', async () => {
    const id = crypto.randomUUID()
    await side().putAutomation(`late-${id}`, id)
    const late = side().api.patchAutomation(id, [
      { op: 'test', path: '/status', value: 'Running' },
      { op: 'add', path: '/status', value: 'Failed' },
    ])
    await expect(late).rejects.toMatchObject({ name: 'CollateError', code: 'Refused' })
    expect(await side().api.readAutomation(`late-${id}`)).toMatchObject({ status: 'Pending' })
    await expect(side().api.patchAutomation(crypto.randomUUID(), [])).rejects.toMatchObject({ code: 'Refused' })
  })

  test("knows the steps of a connector's test, and none of a connector it does not have", async () => {
    expect((await side().api.readConnectionSteps('Mysql'))?.[0]).toEqual({ name: 'CheckAccess', mandatory: true })
    expect(await side().api.readConnectionSteps('Nothing')).toBeUndefined()
  })

  test.each(['svc.nightly', 'größe/"a.b".c d%2F#?'])(
    'takes lines of a run of %s, gives the last of them, and closes a log as often as it is told',
    async (fqn) => {
      const runId = crypto.randomUUID()
      const append = async (logs: string): Promise<void> =>
        side().api.appendLog(fqn, runId, { logs, timestamp: 1_000, connectorId: 'hybrid-runner-here', lineCount: logs.split('\n').length - 1 })
      expect(await side().api.readLogEnd(fqn, runId, 10)).toEqual([])
      await append('one\nzwei 👩‍👩‍👧\n')
      expect(await side().api.readLogEnd(fqn, runId, 10)).toEqual(['one\n', 'zwei 👩‍👩‍👧\n'])
      await append(Array.from({ length: 4_321 }, (_, index) => `line ${index}\n`).join(''))
      expect(await side().api.readLogEnd(fqn, runId, 3)).toEqual(['line 4318\n', 'line 4319\n', 'line 4320\n'])
      expect(await side().api.readLogEnd(fqn, crypto.randomUUID(), 3)).toEqual([])
      await side().api.closeLog(fqn, runId)
      await side().api.closeLog(fqn, runId)
    },
  )

  test.each(['Refused', 'Unauthorized', 'TooLarge', 'Unavailable'] as const)('an error answer is thrown as %s', async (code) => {
    await side().trouble(code)
    await expect(side().api.writeStatus('svc.p', aStatus())).rejects.toMatchObject({ name: 'CollateError', code })
  })
}

function aStatus(): PipelineStatus {
  return { runId: crypto.randomUUID(), pipelineState: 'running', startDate: 1_000, timestamp: 1_000 }
}
