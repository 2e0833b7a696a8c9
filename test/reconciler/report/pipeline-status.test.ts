import { describe, expect, test } from 'vitest'
import type { RunEnd } from '../../../compiler/record.ts'
import { endStatus, pendingStatus, type PipelineStatus } from '../../../reconciler/report/pipeline-status.ts'
import { pipelineStatus } from '../../collate/pipeline-status.ts'

const RUNNER = { agentId: 'aws-prod', version: '0.1.0' }
const SUBJECT = { runId: '5f0c6c0e-0b7d-4f5e-9a52-3c0f8a1d2b11', acceptedAtMs: 1_000 }

function anEnd(over: Partial<RunEnd> = {}): RunEnd {
  return { state: 'failed', failureClass: 'ExitCode', message: 'exit code 3', startedAtMs: 2_000, endedAtMs: 3_000, isAcknowledged: false, ...over }
}

const SUCCESS: RunEnd = { state: 'success', message: '', startedAtMs: 2_000, endedAtMs: 3_000, isAcknowledged: false }

describe('the status of an end', () => {
  test('names runner, class, words and last log lines of a failure', () => {
    const status = endStatus(SUBJECT, anEnd({ remedy: 'give it more memory' }), 'Traceback', RUNNER, undefined)
    expect(status).toMatchObject({
      pipelineState: 'failed',
      startDate: 2_000,
      endDate: 3_000,
      metadata: { hybridRunner: { name: 'aws-prod', version: '0.1.0', failureClass: 'ExitCode' } },
    })
    expect(status.status).toEqual([
      {
        name: 'Hybrid Ingestion Runner',
        records: 0,
        warnings: 0,
        errors: 1,
        filtered: 0,
        failures: [{ name: 'ExitCode', error: 'exit code 3\ngive it more memory\n(ExitCode/other: docs/failures.md#exitcode)', stackTrace: 'Traceback' }],
      },
    ])
  })

  test('of a good end holds no failure', () => {
    expect(endStatus(SUBJECT, SUCCESS, undefined, RUNNER, undefined).status).toMatchObject([{ errors: 0, failures: [] }])
  })

  test('carries over what the pod had posted while it ran', () => {
    const posted: PipelineStatus = {
      runId: SUBJECT.runId,
      pipelineState: 'running',
      startDate: 7,
      config: { a: 1 },
      status: [{ name: 'Mysql', records: 5 }],
      metadata: { theirs: true },
    }
    const status = endStatus(SUBJECT, SUCCESS, undefined, RUNNER, posted)
    expect(status).toMatchObject({ startDate: 7, config: { a: 1 }, metadata: { theirs: true, hybridRunner: { name: 'aws-prod' } } })
    expect(status.status).toMatchObject([{ name: 'Mysql', records: 5 }, { name: 'Hybrid Ingestion Runner' }])
  })

  test('replaces the reason for waiting that we had told before', () => {
    const posted = pendingStatus(SUBJECT, { failureClass: 'Unschedulable', message: 'no node' }, RUNNER, 1_500)
    const status = endStatus(SUBJECT, SUCCESS, undefined, RUNNER, posted)
    expect(JSON.stringify(status)).not.toContain('no node')
    expect(JSON.stringify(status)).not.toContain('Unschedulable')
    expect(status.startDate).toBe(2_000)
  })

  test('of a run that never started begins when it was accepted', () => {
    expect(endStatus(SUBJECT, anEnd({ startedAtMs: null }), undefined, RUNNER, undefined)).toMatchObject({ startDate: 1_000, timestamp: 1_000 })
  })
})

test('the status of a run that waits is queued, with the reason as a warning', () => {
  expect(pendingStatus(SUBJECT, { failureClass: 'ImagePull', message: 'not found' }, RUNNER, 1_500)).toMatchObject({
    pipelineState: 'queued',
    startDate: 1_000,
    timestamp: 1_500,
    status: [{ warnings: 1, errors: 0, failures: [{ name: 'ImagePull', error: 'not found\n(ImagePull/notFound: docs/failures.md#imagepull)' }] }],
  })
})

test('every status has the shape that the server takes', () => {
  const all = [
    endStatus(SUBJECT, anEnd(), 'Traceback', RUNNER, undefined),
    endStatus(SUBJECT, SUCCESS, undefined, RUNNER, undefined),
    pendingStatus(SUBJECT, { failureClass: 'ImagePull', message: 'x' }, RUNNER, 1),
  ]
  for (const status of all) expect(pipelineStatus.safeParse(status).error?.issues).toBeUndefined()
})
