import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Finding } from '../../../reconciler/doctor/finding.ts'
import { RUNNER_VERSION } from '../../../reconciler/version.ts'
import { callJson } from '../../cluster/kubernetes-api.ts'
import { PATIENCE_MS } from '../../cluster/waiting.ts'
import { accepted } from '../../scenario/run-story.ts'
import { deploy, scheduledPipeline, untilCron } from '../../scenario/schedule-story.ts'
import { prepareScenario, type Scenario } from '../../scenario/scenario.ts'
import { untilSettled } from '../../scenario/settled.ts'
import { RUNNER_ACCOUNT, RUNNER_RULES } from '../../scenario/runner-account.ts'
import { runCommand } from '../cli/run-command.ts'

let scenario: Scenario
beforeAll(async () => {
  scenario = await prepareScenario({ namespacePrefix: 'doctor', environment: { SECRETS_CHECK: 'off' } })
})
afterAll(async () => scenario.stop())

async function doctor(
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly findings: readonly Finding[]; readonly stdout: string }> {
  const { code, stdout } = await runCommand(['doctor', '-o', 'json'], { env: { ...scenario.environment, ...environment } })
  return { code, stdout, findings: JSON.parse(stdout) as Finding[] }
}

const notOk = (findings: readonly Finding[]): string[] => findings.filter(({ status }) => status !== 'ok').map(({ check, status }) => `${status} ${check}`)

/** The scenario's server has no TLS, which is told once. */
const PLAIN = ['warn configuration']

describe('the doctor', () => {
  test('finds nothing wrong with a runner that has what it needs, and changes nothing', async () => {
    const before = await scenario.list('configmaps')
    const { code, findings } = await doctor()
    expect(notOk(findings)).toEqual(PLAIN)
    expect(code).toBe(0)
    expect(findings.find(({ check }) => check === 'permissions')?.message).toContain(
      `${RUNNER_RULES.reduce((sum, { resources, verbs }) => sum + resources.length * verbs.length, 0)} rights`,
    )
    expect(findings.filter(({ check }) => check === 'link').map(({ message }) => message)).toEqual([expect.stringContaining('shakes hands')])
    expect(await scenario.list('configmaps')).toHaveLength(before.length)
    expect(await scenario.collate.violations()).toEqual([])
  })

  test('says one line each on what is wrong, all at once, and shows no token', async () => {
    const { code, findings, stdout } = await doctor({ AUTH_TOKEN_FILE: '', AUTH_TOKEN: 'planted-wrong-token', INGESTION_NAMESPACE: 'no-such-namespace' })
    expect(notOk(findings)).toEqual([...PLAIN, 'fail token', 'fail link', 'fail namespace', 'fail permissions'].toSorted(byOrderOf(findings)))
    expect(code).toBe(1)
    expect(stdout).not.toContain('planted-wrong-token')
    const text = await runCommand(['doctor'], { env: { ...scenario.environment, AUTH_TOKEN_FILE: '', AUTH_TOKEN: 'planted-wrong-token' } })
    expect(text.stdout).toMatch(/^fail {2}token +.*Collate does not accept the token.* What to do: create a token/m)
    expect(text.stdout).not.toContain('\u001B')
    expect(text.stdout.trimEnd().split('\n')).toHaveLength((await doctor()).findings.length)
  })

  test('looks at the cluster also when the environment is wrong', async () => {
    const { code, findings } = await doctor({ SERVER_URL: 'https://acme.getcollate.io' })
    expect(code).toBe(2)
    expect(findings.filter(({ check }) => check === 'configuration')).toMatchObject([{ status: 'fail', message: expect.stringContaining('SERVER_URL') }])
    expect(findings.find(({ check }) => check === 'kubernetes')).toMatchObject({ status: 'ok' })
  })

  test('says that Collate cannot be reached, and still looks at the rest', async () => {
    const { code, findings } = await doctor({ SERVER_URL: 'ws://127.0.0.1:1', SERVER_HOST_API_URL: 'http://127.0.0.1:1/api' })
    expect(code).toBe(1)
    expect(notOk(findings)).toEqual([...PLAIN, 'fail collate version', 'fail token', 'fail link'].toSorted(byOrderOf(findings)))
  })

  test('tells what the API server would say of the pods of runs', async () => {
    const podsOf = async () =>
      (await doctor({ SIMPLEK8S_PIPELINE_TYPE_CONFIGS: '{"profiler":{"priorityClass":"nowhere"}}' })).findings.filter(({ check }) => check === 'pods')
    expect(await podsOf()).toEqual([
      { check: 'pods', status: 'ok', message: 'the API server would take the pods of runs (metadata, automation), asked by a dry run' },
      {
        check: 'pods',
        status: 'fail',
        message: expect.stringMatching(/^the API server would refuse the pods of runs \(profiler\): .*no PriorityClass with name nowhere was found/),
        remedy: expect.stringContaining('Create it, or correct priorityClass'),
      },
    ])
    expect(await scenario.list('pods')).toEqual([])
  })

  test('prints what support needs, and no secret', async () => {
    const runner = await scenario.startRunner()
    const run = await accepted(scenario, { exitCode: 3 })
    expect(await untilSettled(scenario, run.runId)).toMatchObject({ state: 'failed' })
    await runner.stop()
    const env = { ...scenario.environment, INGESTION_EXTRA_ENVS: '["DB_PASSWORD:planted-value"]', HTTP_PROXY_PASSWORD: 'planted-value' }
    const { code, stdout, stderr } = await runCommand(['doctor', '--bundle'], { env })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const bundle = parse(stdout) as Readonly<Record<string, unknown>>
    expect(bundle).toMatchObject({
      version: RUNNER_VERSION,
      findings: expect.arrayContaining([expect.objectContaining({ check: 'link', status: 'ok' })]),
      environment: { AGENT_ID: scenario.agentId, INGESTION_NAMESPACE: scenario.namespace, INGESTION_EXTRA_ENVS: '(set; not shown)' },
      runs: [expect.objectContaining({ runId: run.runId, state: 'failed', reason: expect.stringContaining('ExitCode') })],
      schedules: [],
      pods: [expect.objectContaining({ phase: 'Failed', containers: [expect.stringContaining('terminated with 3')] })],
      events: expect.any(Array),
    })
    for (const secret of ['planted-value', ...Object.values(scenario.collate.tokens)]) expect(stdout).not.toContain(secret)
  })

  test('prints what can be known also without a cluster', async () => {
    const { code, stdout } = await runCommand(['doctor', '--bundle'], { env: { ...scenario.environment, KUBECONFIG: '/nowhere' } })
    expect(code).toBe(1)
    expect(parse(stdout)).toMatchObject({ environment: { AGENT_ID: scenario.agentId } })
  })

  test('tells of schedules that a change of the agent id has left firing', async () => {
    const runner = await scenario.startRunner()
    const nightly = scheduledPipeline(scenario)
    await deploy(nightly, { schedule: '0 2 * * *' })
    const { metadata } = await untilCron(nightly, ({ spec }) => !spec.suspend)
    const left = async (agentId: string) =>
      (await doctor({ AGENT_ID: agentId })).findings.filter(({ check, status }) => check === 'foreign schedules' && status !== 'ok')
    expect(await left('renamed')).toEqual([])
    await runner.stop()
    expect(await left(scenario.agentId)).toEqual([])
    expect(await left('renamed')).toMatchObject([
      { status: 'warn', message: expect.stringContaining(`${scenario.agentId}, and its schedules still fire: ${metadata.name}`) },
    ])
    expect((await runCommand(['uninstall', '--namespace', scenario.namespace, '--agent', scenario.agentId], { env: scenario.environment })).code).toBe(0)
    expect(await left('renamed')).toEqual([])
  })

  test('names the verbs that the account lacks', async () => {
    const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${scenario.namespace}/roles/${RUNNER_ACCOUNT}`
    const lesser = RUNNER_RULES.map((rule) =>
      rule.resources.includes('pods') ? { ...rule, verbs: rule.verbs.filter((verb) => verb !== 'delete' && verb !== 'patch') } : rule,
    )
    const put = async (rules: object): Promise<void> => {
      await callJson(scenario.cluster.api, { method: 'PATCH', path, body: { rules }, contentType: 'application/merge-patch+json' })
    }
    await put(lesser)
    try {
      await expect
        .poll(async () => (await doctor()).findings.find(({ check }) => check === 'permissions')?.message, { timeout: PATIENCE_MS })
        .toContain('may not patch, delete pods')
    } finally {
      await put(RUNNER_RULES)
    }
  })
})

function byOrderOf(findings: readonly Finding[]): (one: string, other: string) => number {
  const checks = findings.map(({ check }) => check)
  const place = (line: string): number => checks.findIndex((check) => line.endsWith(` ${check}`))
  return (one, other) => place(one) - place(other)
}
