import { describe, expect, test } from 'vitest'
import { judgeVersion } from '../../../reconciler/doctor/check-cluster.ts'
import { judgeCronJobs, judgeCronWorkflows } from '../../../reconciler/doctor/foreign-schedules.ts'
import { judgeSkew } from '../../../reconciler/doctor/clock-skew.ts'
import { type Check, ok } from '../../../reconciler/doctor/finding.ts'
import { runChecks } from '../../../reconciler/doctor/run-checks.ts'

const aCheck = (name: string, run: Check['run']): Check => ({ name, remedy: `mend ${name}`, run })

describe('the checks', () => {
  test('all run, at once, whatever becomes of the others, and are told in their order', async () => {
    const begun = Promise.withResolvers<void>()
    const findings = await runChecks(
      [
        aCheck('waits for the last one', async () => begun.promise.then(() => [ok('good')])),
        aCheck('throws', async () => Promise.reject(new Error('broken'))),
        aCheck('has two', async () => Promise.resolve([ok('one'), ok('two')])),
        aCheck('last', async () => (begun.resolve(), Promise.resolve([ok('good')]))),
      ],
      10_000,
    )
    expect(findings.map(({ check, status, message }) => `${check}: ${status} ${message}`)).toEqual([
      'waits for the last one: ok good',
      'throws: fail broken',
      'has two: ok one',
      'has two: ok two',
      'last: ok good',
    ])
    expect(findings[1]?.remedy).toBe('mend throws')
  })

  test('that never end are given up', async () => {
    expect(await runChecks([aCheck('hangs', async () => new Promise(() => undefined))], 20)).toMatchObject([
      { check: 'hangs', status: 'fail', message: expect.stringContaining('no answer') },
    ])
  })

  test('say what a network error without words means', async () => {
    const refused = Object.assign(new Error(''), { code: 'ECONNREFUSED' })
    const findings = await runChecks(
      [aCheck('one', async () => Promise.reject(refused)), aCheck('all', async () => Promise.reject(new AggregateError([refused, refused])))],
      10_000,
    )
    expect(findings.map(({ message }) => message)).toEqual(['ECONNREFUSED', 'ECONNREFUSED'])
  })
})

test.each([
  ['v1.28.0', 'ok'],
  ['v1.35.4+k3s1', 'ok'],
  ['v2.0.0', 'ok'],
  ['v1.27.16-eks-1', 'fail'],
  ['dev', 'warn'],
])('Kubernetes %s is %s', (version, status) => {
  expect(judgeVersion(version)).toMatchObject({ status })
})

test.each([
  [1_000, undefined, undefined],
  [100_000, 100_000, 'ok'],
  [100_000, 95_000, 'ok'],
  [100_000, 70_000, 'warn'],
  [100_000, 130_000, 'warn'],
])('a clock at %i beside one at %i is %s', (nowMs, otherMs, status) => {
  expect(judgeSkew('Collate', otherMs, nowMs)[0]?.status).toBe(status)
})

describe('schedules of another runner', () => {
  const aCronJob = (name: string, { labels = {}, suspend = false, variable = 'pipelineType' } = {}) => ({
    metadata: { name, labels },
    spec: {
      schedule: '@daily',
      suspend,
      jobTemplate: { spec: { template: { spec: { containers: [{ name: 'main', env: [{ name: variable, value: 'x' }] }] } } } },
    },
  })

  test('are told when they still fire', () => {
    const found = judgeCronJobs([
      aCronJob('theirs'),
      aCronJob('suspended', { suspend: true }),
      aCronJob('ours', { labels: { 'app.kubernetes.io/managed-by': 'hybrid-ingestion-runner' } }),
      aCronJob('backup', { variable: 'BUCKET' }),
    ])
    expect(found).toMatchObject([
      { status: 'warn', message: expect.stringContaining('theirs'), remedy: expect.stringContaining('kubectl patch cronjob theirs') },
    ])
  })

  test('are told of Argo, too', () => {
    const aCronWorkflow = (name: string, { labels = {}, suspend = false, variable = 'pipelineType' } = {}) => ({
      metadata: { name, labels },
      spec: { suspend, workflowSpec: { templates: [{}, { container: { name: 'main', env: [{ name: variable, value: 'x' }] } }] } },
    })
    const found = judgeCronWorkflows([
      aCronWorkflow('theirs'),
      aCronWorkflow('suspended', { suspend: true }),
      aCronWorkflow('ours', { labels: { 'app.kubernetes.io/managed-by': 'hybrid-ingestion-runner' } }),
      aCronWorkflow('backup', { variable: 'BUCKET' }),
      { metadata: { name: 'of-a-template' }, spec: {} },
    ])
    expect(found).toMatchObject([
      {
        status: 'warn',
        message: 'CronWorkflow theirs of another runner still fires',
        remedy: expect.stringContaining(`kubectl patch cronworkflow theirs --type merge -p '{"spec":{"suspend":true}}'`),
      },
    ])
  })

  test('that are none are well', () => {
    expect(judgeCronWorkflows([])).toMatchObject([{ status: 'ok' }])
    expect(judgeCronJobs([])).toMatchObject([{ status: 'ok' }])
  })
})
