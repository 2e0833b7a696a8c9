import type { V1ContainerStateTerminated, V1Pod } from '@kubernetes/client-node'
import { describe, expect, test } from 'vitest'
import type { Kill, RunEnd } from '../../../compiler/record.ts'
import type { FailedSecret } from '../../../compiler/secrets-report.ts'
import { failedRun } from '../../../reconciler/failures/failed-run.ts'
import { classAndCause, remedyFor } from '../../../reconciler/failures/failure-table.ts'
import { endOfPod } from '../../../reconciler/observe/end-of-pod.ts'
import { hasTerminated } from '../../../reconciler/observe/pod-state.ts'
import { observePod } from '../../../reconciler/observe/observe-pod.ts'
import { pendingReason } from '../../../reconciler/observe/pending.ts'
import { reportText } from '../../../reconciler/secrets/report-text.ts'
import { aPolicy } from '../../compiler/examples/policy.ts'
import { NOW_MS } from '../../compiler/examples/run.ts'
import { aPodOf, exited, waitingFor } from '../../support/a-pod.ts'
import { aRecord } from '../../support/a-record.ts'

const RECORD = aRecord()
const POD = aPodOf(RECORD)
const MISSING: FailedSecret = { reference: 'secret:prod-mysql', store: 'Kubernetes', problem: 'missing', message: 'create it with the key value' }
const DENIED: FailedSecret = { reference: 'secret:other', store: 'Kubernetes', problem: 'denied', message: 'the account ingestion needs get on it' }

function withSecretsContainer(pod: V1Pod, terminated: V1ContainerStateTerminated): V1Pod {
  const secrets = { name: 'secrets', image: 'runner', imageID: 'x', ready: false, restartCount: 0, state: { terminated } }
  return { ...pod, status: { ...pod.status, initContainerStatuses: [secrets] } }
}

function reporting(pod: V1Pod, failed: readonly FailedSecret[], { more = 0, exitCode = 0 } = {}): V1Pod {
  return withSecretsContainer(pod, { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', message: JSON.stringify({ secretsReport: 1, failed, more }) })
}

/** The main container waits for ever. */
function neverRun(pod: V1Pod): V1Pod {
  const waiting = waitingFor(pod, 'PodInitializing', '')
  return { ...waiting, status: { ...waiting.status, phase: 'Failed' } }
}

function endOf(pod: V1Pod, kill?: Kill): RunEnd {
  const observed = observePod(pod)
  expect(hasTerminated(observed)).toBe(true)
  return endOfPod(observed, kill, NOW_MS + 99_000)
}

function remedyOf({ failureClass = 'Lost', message }: RunEnd): string {
  return remedyFor(failureClass, message, failedRun(RECORD.spec, aPolicy()))
}

describe('a run whose secrets could not all be read', () => {
  test('is told with reference, store and what mends it beside its own failure', () => {
    const end = endOf(reporting(exited(POD, 1), [MISSING, DENIED]))
    expect(end).toMatchObject({ state: 'failed', failureClass: 'ExitCode' })
    expect(end.message.split('\n')).toEqual([
      'container main ended with exit code 1',
      'Secrets that could not be read before the program started:',
      '- "secret:prod-mysql" in Kubernetes (missing): create it with the key value',
      '- "secret:other" in Kubernetes (denied): the account ingestion needs get on it',
    ])
    expect(classAndCause('ExitCode', end.message)).toBe('ExitCode/secret')
    expect(remedyOf(end)).toMatch(/Create the secrets[^]*permission[^]*Mend the secrets first/)
  })

  test('is told so beside any failure, with a remedy for both', () => {
    const end = endOf(reporting(exited(POD, 137, { reason: 'OOMKilled' }), [MISSING]))
    expect([end.failureClass, end.message.includes('secret:prod-mysql')]).toEqual(['OOMKilled', true])
    expect(remedyOf(end)).toMatch(/Create the secrets[^]*memory/)
  })

  test('is told so beside the deadline at which the runner has killed it, and not to who has stopped it', () => {
    const pod = reporting(exited(POD, 143), [MISSING])
    const late = endOf(pod, { reason: 'past its deadline', atMs: NOW_MS, failureClass: 'DeadlineExceeded' })
    expect(late).toMatchObject({
      state: 'failed',
      failureClass: 'DeadlineExceeded',
      message: expect.stringMatching(/^past its deadline\n[^]*secret:prod-mysql/),
    })
    expect(remedyOf(late)).toContain('Create the secrets')
    expect(endOf(pod, { reason: 'stopped', atMs: NOW_MS })).toMatchObject({ state: 'stopped', message: 'stopped' })
  })

  test('is not marked when it ends well, and keeps the words for a program that has told a failure', () => {
    const end = endOf(reporting(exited(POD, 0), [MISSING]))
    expect(end).toMatchObject({ state: 'success', message: '', unreadSecrets: expect.stringContaining('secret:prod-mysql') })
    expect(endOf(reporting(exited(POD, 0), []))).not.toHaveProperty('unreadSecrets')
  })

  test.each(['throttled', 'unreachable', 'other'] as const)('is told of what was %s beside its failure, whose class, cause and remedy stay', (problem) => {
    const passing: FailedSecret = { ...MISSING, problem }
    const [alone, end] = [endOf(exited(POD, 1)), endOf(reporting(exited(POD, 1), [passing], { more: 2 }))]
    expect(end.message).toMatch(/^container main ended with exit code 1\nSecrets that could not be asked for[^]*secret:prod-mysql[^]*and 2 more/)
    expect([classAndCause('ExitCode', end.message), remedyOf(end)]).toEqual([classAndCause('ExitCode', alone.message), remedyOf(alone)])
    const both = endOf(reporting(exited(POD, 1), [passing, DENIED]))
    expect(classAndCause('ExitCode', both.message)).toBe('ExitCode/secret')
    expect(endOf(reporting(neverRun(POD), [passing], { exitCode: 1 }))).toMatchObject({ failureClass: 'SecretUnreadable' })
  })

  test('has its class by them when it was not allowed to start', () => {
    const end = endOf(reporting(neverRun(POD), [MISSING], { exitCode: 1, more: 3 }))
    expect([end.state, end.failureClass]).toEqual(['failed', 'SecretUnreadable'])
    expect(end.message).toMatch(/^Secrets that could not be read[^]*prod-mysql[^]*and 3 more/)
    expect([classAndCause('SecretUnreadable', end.message), remedyOf(end)]).toEqual(['SecretUnreadable/missing', expect.stringContaining('Create the secrets')])
  })

  test('has its class also when the kubelet has cut the report, as it does in pods of many containers, and how many are not named', () => {
    const failed = ['one', 'two', 'three'].map((name): FailedSecret => ({ ...MISSING, reference: `secret:${name}` }))
    const text = reportText(failed)
    const cutTo = (length: number): RunEnd => endOf(withSecretsContainer(neverRun(POD), { exitCode: 1, reason: 'Error', message: text.slice(0, length) }))
    const twoCame = cutTo(text.indexOf('"secret:three"') + 5)
    expect(twoCame.failureClass).toBe('SecretUnreadable')
    expect(twoCame.message).toMatch(/secret:one[^]*secret:two[^]*and 1 more/)
    const noneCame = cutTo(text.indexOf('"secret:one"') + 5)
    expect([noneCame.failureClass, noneCame.message]).toEqual(['SecretUnreadable', expect.stringMatching(/could not be read[^]*and 3 more/)])
    const report = endOf(withSecretsContainer(exited(POD, 1), { exitCode: 0, reason: 'Completed', message: text.slice(0, -40) }))
    expect(report.message).toMatch(/exit code 1[^]*secret:one/)
  })

  test('is told so, too, when nothing could be looked at', () => {
    const end = endOf(reporting(neverRun(POD), [], { exitCode: 1 }))
    expect([end.failureClass, end.message.includes('the log of the container secrets')]).toEqual(['SecretUnreadable', true])
  })
})

describe('an init container `secrets`', () => {
  test.each(['', 'panic', '{', '{"secretsReport":2,"failed":[],"more":0}', 'null'])('that leaves %j is any init container that failed', (message) => {
    const end = endOf(withSecretsContainer(neverRun(POD), { exitCode: 1, reason: 'Error', message }))
    expect([end.failureClass, end.message]).toEqual(['ExitCode', expect.stringContaining('init container secrets ended with exit code 1')])
  })

  test('that was killed for its memory is told as that', () => {
    expect(endOf(withSecretsContainer(neverRun(POD), { exitCode: 137, reason: 'OOMKilled' }))).toMatchObject({ failureClass: 'OOMKilled' })
  })

  test('whose image cannot be pulled is told while it waits, with the values of that image', () => {
    const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image "runner": not found' }
    const secrets = { name: 'secrets', image: 'runner', imageID: '', ready: false, restartCount: 0, state: { waiting } }
    const pod = waitingFor(POD, 'PodInitializing', '')
    const pending = pendingReason(observePod({ ...pod, status: { ...pod.status, initContainerStatuses: [secrets] } }))
    expect(pending).toMatchObject({ failureClass: 'ImagePull', message: expect.stringContaining('container secrets: ImagePullBackOff') })
    expect(remedyFor('ImagePull', pending?.message ?? '', failedRun(RECORD.spec, aPolicy()))).toContain('image.repository')
  })
})
