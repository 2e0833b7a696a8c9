import type { V1Lease, V1LeaseSpec } from '@kubernetes/client-node'
import { describe, expect, test } from 'vitest'
import { agentLabelValue } from '../../../compiler/labels.ts'
import { leaseName } from '../../../compiler/names.ts'
import { judgeVersion } from '../../../reconciler/doctor/check-cluster.ts'
import { judgeCronJobs, judgeCronWorkflows } from '../../../reconciler/doctor/foreign-schedules.ts'
import { judgeLeftSchedules } from '../../../reconciler/doctor/left-schedules.ts'
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
    const found = judgeCronJobs(
      [
        aCronJob('theirs'),
        aCronJob('suspended', { suspend: true }),
        aCronJob('ours', { labels: { 'app.kubernetes.io/managed-by': 'hybrid-ingestion-runner' } }),
        aCronJob('backup', { variable: 'BUCKET' }),
      ],
      'ingestion',
    )
    expect(found).toMatchObject([
      { status: 'warn', message: expect.stringContaining('theirs'), remedy: expect.stringContaining('kubectl patch cronjob theirs --namespace ingestion') },
    ])
  })

  test('are told of Argo, too', () => {
    const aCronWorkflow = (name: string, { labels = {}, suspend = false, variable = 'pipelineType' } = {}) => ({
      metadata: { name, labels },
      spec: { suspend, workflowSpec: { templates: [{}, { container: { name: 'main', env: [{ name: variable, value: 'x' }] } }] } },
    })
    const found = judgeCronWorkflows(
      [
        aCronWorkflow('theirs'),
        aCronWorkflow('suspended', { suspend: true }),
        aCronWorkflow('ours', { labels: { 'app.kubernetes.io/managed-by': 'hybrid-ingestion-runner' } }),
        aCronWorkflow('backup', { variable: 'BUCKET' }),
        { metadata: { name: 'of-a-template' }, spec: {} },
      ],
      'ingestion',
    )
    expect(found).toMatchObject([
      {
        status: 'warn',
        message: 'CronWorkflow theirs of another runner still fires',
        remedy: expect.stringContaining(`kubectl patch cronworkflow theirs --namespace ingestion --type merge -p '{"spec":{"suspend":true}}'`),
      },
    ])
  })

  test('that are none are well', () => {
    expect(judgeCronWorkflows([], 'ingestion')).toMatchObject([{ status: 'ok' }])
    expect(judgeCronJobs([], 'ingestion')).toMatchObject([{ status: 'ok' }])
  })
})

describe('schedules under another agent id', () => {
  const NOW = Date.parse('2026-11-30T12:00:00Z')
  const of = (agent: string, { suspend = false, managedBy = 'hybrid-ingestion-runner' } = {}) => ({
    metadata: { name: `cron-of-${agent}`, labels: { 'app.kubernetes.io/managed-by': managedBy, 'hybrid-runner.collate.io/agent': agent } },
    spec: { suspend },
  })
  const leaseOf = (agentId: string, holderIdentity: string | undefined, renewedAt: string) =>
    [
      leaseName(agentId),
      { spec: { ...(holderIdentity !== undefined && { holderIdentity }), renewTime: renewedAt as unknown as NonNullable<V1LeaseSpec['renewTime']> } },
    ] as const
  const judge = async (schedules: readonly ReturnType<typeof of>[], leases: readonly (readonly [string, V1Lease])[] = []) =>
    judgeLeftSchedules(schedules, {
      agentId: 'mine',
      namespace: 'ingestion',
      now: () => NOW,
      lease: async (name) => Promise.resolve(new Map(leases).get(name)),
    })

  test('are told once where nobody leads under it, with both ways out', async () => {
    expect(await judge([of('mine'), of('old'), of('old'), of('off', { suspend: true }), of('theirs', { managedBy: 'somebody' })])).toEqual([
      {
        status: 'warn',
        message: 'no runner leads under the agent id old, and its schedules still fire: cron-of-old, cron-of-old',
        remedy: expect.stringMatching(/helm rollback.*hybrid-runner uninstall --namespace ingestion --agent old$/),
      },
    ])
  })

  test("are another release's where somebody leads", async () => {
    expect(await judge([of('other')], [leaseOf('other', 'pod_uid', '2026-11-30T11:59:56.000000Z')])).toEqual([])
  })

  test.each([
    ['was given back', undefined, '2026-11-30T11:59:56.000000Z'],
    ['was given back', '', '2026-11-30T11:59:56.000000Z'],
    ["is a dead one's", 'pod_uid', '2026-11-30T11:58:00.000000Z'],
  ])('are told where the lease %s', async (_, holder, renewedAt) => {
    expect(await judge([of('old')], [leaseOf('old', holder, renewedAt)])).toMatchObject([{ status: 'warn' }])
  })

  test('are known by the label of an id that is no label, too', async () => {
    const agentId = 'an id with spaces'
    expect(await judge([of(agentLabelValue(agentId))], [leaseOf(agentId, 'pod_uid', '2026-11-30T11:59:56.000000Z')])).toEqual([])
    expect(await judge([of(agentLabelValue(agentId))])).toMatchObject([{ status: 'warn' }])
  })

  test('are none where all are of this one', async () => {
    expect(await judge([of('mine')])).toEqual([])
  })
})
