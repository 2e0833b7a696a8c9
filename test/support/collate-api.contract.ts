import { expect, test } from 'vitest'
import type { CollateApi } from '../../reconciler/collate/collate-api.ts'
import type { PipelineStatus } from '../../reconciler/report/pipeline-status.ts'

interface Side {
  readonly api: CollateApi
  /** From now on every call is answered with an error of this sort. */
  readonly trouble: (code: 'Refused' | 'Unauthorized' | 'Unavailable') => Promise<void>
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

  test.each(['Refused', 'Unauthorized', 'Unavailable'] as const)('an error answer is thrown as %s', async (code) => {
    await side().trouble(code)
    await expect(side().api.writeStatus('svc.p', aStatus())).rejects.toMatchObject({ name: 'CollateError', code })
  })
}

function aStatus(): PipelineStatus {
  return { runId: crypto.randomUUID(), pipelineState: 'running', startDate: 1_000, timestamp: 1_000 }
}
