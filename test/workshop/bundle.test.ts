import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RUNNER_VERSION } from '../../reconciler/version.ts'
import { aMetadataRun } from '../compiler/examples/run-request.ts'
import { ROOT } from './run-program.ts'

const run = promisify(execFile)

/** Outside the checkout, so that nothing can be found in its node_modules. */
let folder: string
let program: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-'))
  program = join(folder, 'dist/hybrid-runner.js')
  await run(process.execPath, [join(ROOT, 'build.ts'), join(folder, 'dist')])
}, 60_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the bundle with an environment that holds nothing but `env`. */
async function hybridRunner(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  try {
    return { code: 0, ...(await run(process.execPath, [program, ...args], { cwd: folder, env })) }
  } catch (error) {
    return error as Ended
  }
}

describe('the bundle', () => {
  test('has a source map and no file that is not of it', async () => {
    const files = await readdir(join(folder, 'dist'))
    expect(files).toEqual(expect.arrayContaining(['hybrid-runner.js', 'hybrid-runner.js.map']))
    expect(files.filter((file) => !/\.js(\.map|\.LEGAL\.txt)?$/.test(file))).toEqual([])
  })

  test('shows its commands with --help, and its version', async () => {
    const { code, stdout } = await hybridRunner(['--help'])
    expect(code).toBe(0)
    expect(stdout).toContain('Usage: hybrid-runner')
    expect(stdout).toContain('serve')
    expect((await hybridRunner(['--version'])).stdout.trim()).toBe(RUNNER_VERSION)
  })

  test('compiles a request with the values of a release, and has no part of what writes the chart', async () => {
    await writeFile(join(folder, 'run.json'), JSON.stringify({ method: 'pipeline/run', params: aMetadataRun() }))
    await writeFile(join(folder, 'values.yaml'), 'config: {agentId: aws-prod, authToken: a-token}\necrRegistryHelper: {enabled: false}\n')
    const { code, stdout } = await hybridRunner(['compile', 'run.json', '--values', 'values.yaml', '--namespace', 'collate', '--server-version', '1.11.1'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^kind: Pod$/m)
    const maps = (await readdir(join(folder, 'dist'))).filter((file) => file.endsWith('.map'))
    const sources = (await Promise.all(maps.map(async (file) => readFile(join(folder, 'dist', file), 'utf8')))).join('\n')
    expect(sources).toContain('policy-from-values.ts')
    expect(sources).not.toMatch(/node_modules\/(cdk8s|constructs)\b/)
  })

  test('lists every problem of an empty environment and ends with 2', async () => {
    const { code, stderr } = await hybridRunner(['serve'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^SERVER_URL: /m)
    expect(stderr).toMatch(/^SERVER_HOST_API_URL: /m)
    expect(stderr).toMatch(/^AUTH_TOKEN: /m)
  })

  test('starts the agent with an environment that is right', async () => {
    const kubeconfig = join(folder, 'kubeconfig')
    await writeFile(kubeconfig, JSON.stringify(KUBECONFIG))
    const agent = spawn(process.execPath, [program, 'serve'], {
      cwd: folder,
      env: { ...ENVIRONMENT, KUBECONFIG: kubeconfig },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines: unknown[] = []
    try {
      for await (const line of createInterface({ input: agent.stdout })) {
        lines.push(line)
        if (line.includes('"runner started"')) break
      }
    } finally {
      if (agent.exitCode === null) {
        agent.kill('SIGKILL')
        await once(agent, 'exit')
      }
    }
    expect(lines.at(-1)).toContain('runner started')
  })
})

/** Nothing listens there. */
const NOWHERE = '127.0.0.1:9'

const KUBECONFIG = {
  'apiVersion': 'v1',
  'kind': 'Config',
  'current-context': 'nowhere',
  'clusters': [{ name: 'nowhere', cluster: { server: `http://${NOWHERE}` } }],
  'users': [{ name: 'nobody', user: {} }],
  'contexts': [{ name: 'nowhere', context: { cluster: 'nowhere', user: 'nobody' } }],
}

const ENVIRONMENT = {
  SERVER_URL: `ws://${NOWHERE}`,
  SERVER_HOST_API_URL: `http://${NOWHERE}/api`,
  AUTH_TOKEN: 'a-token',
  AGENT_ID: 'bundle',
  INGESTION_NAMESPACE: 'ingestion',
  APP_SERVER_PORT: '0',
  METRICS_SERVER_PORT: '0',
}
