import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { aDeploy } from '../../compiler/examples/schedule.ts'
import { aMetadataRun, DUMMY_TOKEN } from '../../compiler/examples/run-request.ts'
import { runCommand } from './run-command.ts'

// Each starts a process, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

let folder: string
const env = { INGESTION_NAMESPACE: 'collate', EXECUTOR_TYPE: 'simpleK8s' }
const VERSION = ['--server-version', '1.11.1']
const run = JSON.stringify({ method: 'pipeline/run', params: aMetadataRun() })

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

function kindsIn(yaml: string): unknown[] {
  return parseAllDocuments(yaml).map((document) => document.get('kind'))
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'commands-'))
})
afterAll(async () => rm(folder, { recursive: true }))

describe('compile', () => {
  test('prints the objects of all its files in one stream', async () => {
    const deploy = JSON.stringify({ method: 'pipeline/deploy', params: aDeploy() })
    const { code, stdout } = await runCommand(['compile', await file('run.json', run), await file('deploy.json', deploy), ...VERSION], { env })
    expect(code).toBe(0)
    expect(kindsIn(stdout)).toEqual(['ConfigMap', 'Secret', 'Pod', 'ConfigMap', 'Secret', 'CronJob'])
    expect(stdout).not.toContain(DUMMY_TOKEN)
  })

  test('reads standard input, and the policy from a file alone', async () => {
    const policy = await file('runner.env', 'INGESTION_NAMESPACE=from-file\nEXECUTOR_TYPE=simpleK8s\n')
    const { code, stdout } = await runCommand(['compile', '-', '--policy-file', policy, ...VERSION], { env, stdin: run })
    expect(code).toBe(0)
    expect(stdout).toContain('namespace: from-file')
    expect(stdout).not.toContain('namespace: collate')
  })

  test('ends without a word when nobody reads on', async () => {
    const ended = await runCommand(['compile', await file('run.json', run), ...VERSION], { env, isUnread: true })
    expect(ended).toMatchObject({ code: 141, stderr: '' })
  })

  test('takes the policy from the values of a release, defaults of the chart among it', async () => {
    const needed = 'config:\n  agentId: aws-prod\n  authTokenSecret: {name: collate-token, key: token}\necrRegistryHelper: {enabled: false}\n'
    const values = ['--values', await file('values.yaml', needed), '-f', await file('more.yaml', 'config: {ingestionPods: {tag: mine}}\n')]
    const request = await file('run.json', run)
    const { code, stdout } = await runCommand(['compile', request, ...values, '--namespace', 'of-release', ...VERSION], { env })
    expect(code).toBe(0)
    expect(stdout).toContain('namespace: of-release')
    expect(stdout).toContain('- name: omd-registry-credentials')

    const refused = await runCommand(['compile', request, '--values', await file('bad.yaml', 'extraEnvs: two\nconfig: {authToken: hunter2}\n'), ...VERSION])
    expect(refused).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(/bad\.yaml:\n {2}extraEnvs: is a text, and must be a list/) })
    expect(refused.stderr).not.toContain('hunter2')
    const table = `{config: {authToken: x, ingestionPods: {customConfig: {enabled: true, containerParams: {imag: x}}}}, ecrRegistryHelper: {enabled: false}}`
    const refusedByRunner = await runCommand(['compile', request, request, '--values', await file('custom.yaml', table), ...VERSION])
    expect(refusedByRunner.stderr).toMatch(/custom\.yaml:\n {2}\S*containerParams\.imag: is no field/)
    expect(refusedByRunner.stderr).not.toContain(`${request}:`)
  })

  test('refuses a policy file with a line that says nothing, by its number and without its text', async () => {
    const policy = await file('half.env', 'EXECUTOR_TYPE=simpleK8s\nhunter2\n')
    const ended = await runCommand(['compile', '-', '--policy-file', policy, ...VERSION], { env, stdin: run })
    expect(ended).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining('line 2 is not NAME=value: write it so, or begin it with #') })
    expect(ended.stderr).not.toContain('hunter2')
  })

  test('shows the payload as text to who asks for it', async () => {
    const { stdout } = await runCommand(['compile', '-', '--show-payload', '-o', 'json', ...VERSION], { env, stdin: run })
    const objects = JSON.parse(stdout) as { kind: string; data?: object; stringData?: { config: string } }[]
    const secret = objects.find(({ kind }) => kind === 'Secret')
    expect(secret?.data).toBeUndefined()
    expect(secret?.stringData?.config).toContain(`"jwtToken": "${DUMMY_TOKEN}"`)
  })

  test('says why a pipeline without a schedule becomes nothing', async () => {
    const stdin = JSON.stringify({ method: 'pipeline/deploy', params: aDeploy({ scheduleInterval: null }) })
    const ended = await runCommand(['compile', '-', ...VERSION], { env, stdin })
    expect(ended).toEqual({ code: 0, stdout: '', stderr: '-: the pipeline has no schedule, so that its deploy makes no object\n' })
  })
})

describe('wrong input ends with exit code 2 and', () => {
  test.each([
    { name: 'no file', args: ['compile'], stderr: /missing required argument 'file'/ },
    { name: 'an executor that is none', args: ['compile', '-', '--executor', 'foo'], stderr: /Allowed choices are simpleK8s, argo/ },
    {
      name: 'a values file that is missing, named once',
      args: ['compile', '-', '--values', '/missing.yaml'],
      stderr: /^\/missing\.yaml:\n {2}cannot be read: ENOENT/,
    },
    { name: 'a policy file that is missing', args: ['compile', '-', '--policy-file', '/missing.env'], stderr: /^\/missing\.env:\n {2}cannot be read: ENOENT/ },
    { name: 'a request file that is missing', args: ['compile', '/missing.json'], stderr: /^\/missing\.json:\n {2}cannot be read: ENOENT/ },
    { name: 'a list', args: ['compile', '-'], stdin: '[]', stderr: /^-:\n {2}must be an object/ },
    { name: 'two requests', args: ['compile', '-'], stdin: 'a: 1\n---\nb: 2\n', stderr: /^-:\n {2}holds several documents; a file holds one request/ },
    { name: 'a name that is none', args: ['explain', 'Run_1'], stderr: /^pod: "Run_1" is neither the name of a pod/ },
    { name: 'a policy that is none', args: ['explain', 'run-1', '--policy-file', '/missing.env'], stderr: /^\/missing\.env: cannot be read: ENOENT/ },
    { name: 'a command that is none', args: ['compiel'], stderr: /unknown command 'compiel'/ },
    { name: 'the help of a command that is none', args: ['nothing', '--help'], stderr: /unknown command 'nothing'/ },
    { name: 'help for a command that is none', args: ['help', 'nothing'], stderr: /unknown command 'nothing'/ },
    { name: 'a time without its unit', args: ['uninstall', '--agent', 'a', '--timeout', '10'], stderr: /must be a time with its unit, such as 90s, 5m or 1h/ },
    { name: 'an output that is none', args: ['runs', '-o', 'foo'], stderr: /Allowed choices are table, yaml, json/ },
  ])('the mend for $name', async ({ args, stdin = '', stderr }) => {
    const ended = await runCommand(args, { env, stdin })
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(stderr) })
  })
})

describe('without a cluster', () => {
  const kubeconfig = '/missing/kubeconfig'

  test.each([
    { name: 'diff', args: ['diff', '-', ...VERSION] },
    { name: 'runs', args: ['runs'] },
    { name: 'explain', args: ['explain', 'run-1'] },
    { name: 'schedules', args: ['schedules'] },
  ])('$name says so in one sentence', async ({ args }) => {
    expect(await runCommand(args, { env: { ...env, KUBECONFIG: kubeconfig }, stdin: run })).toEqual({
      code: 1,
      stdout: '',
      stderr: `KUBECONFIG: ${kubeconfig} cannot be read: there is no such file\n`,
    })
  })

  test('and without a kubeconfig, what to set is said', async () => {
    expect(await runCommand(['runs'], { env: { ...env, HOME: folder } })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^KUBECONFIG: no cluster is configured; .*\n$/),
    })
  })

  test('serve ends as with any wrong environment', async () => {
    const whole = { ...env, HOME: folder, AGENT_ID: 'aws-prod', SERVER_URL: 'wss://acme.example', SERVER_HOST_API_URL: 'https://acme.example/api' }
    const token = await file('token', DUMMY_TOKEN)
    const ended = await runCommand(['serve'], { env: { ...whole, AUTH_TOKEN_FILE: token, INGESTION_IMAGE: 'registry.example.com/ingestion:1' } })
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('KUBECONFIG: no cluster is configured; ') })
  })

  test('a kubeconfig that is none is told without its content', async () => {
    const broken = await file('broken', 'users: [hunter2')
    const { code, stderr } = await runCommand(['runs'], { env: { ...env, KUBECONFIG: broken } })
    expect({ code, stderr }).toEqual({ code: 1, stderr: `KUBECONFIG: ${broken} cannot be read: it is no kubeconfig\n` })
  })
})
