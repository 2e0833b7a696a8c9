import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { secretsReport } from '../../../compiler/secrets-report.ts'
import { ROOT, runProgram } from '../../workshop/run-program.ts'

/** Nothing listens there. */
const NOWHERE = {
  'apiVersion': 'v1',
  'kind': 'Config',
  'current-context': 'nowhere',
  'clusters': [{ name: 'nowhere', cluster: { server: 'https://127.0.0.1:9' } }],
  'users': [{ name: 'nobody', user: {} }],
  'contexts': [{ name: 'nowhere', context: { cluster: 'nowhere', user: 'nobody' } }],
}

let folder: string
let report: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secrets-command-'))
  report = join(folder, 'report')
  await writeFile(join(folder, 'kubeconfig'), JSON.stringify(NOWHERE))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function secrets(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  await writeFile(report, '')
  const end = await runProgram(process.execPath, ['reconciler/cli/main.ts', 'secrets', ...args], { env: { ...own(), ...env } })
  return { ...end, report: await readFile(report, 'utf8') }
}

const own = () => ({
  KUBECONFIG: join(folder, 'kubeconfig'),
  KUBERNETES_NAMESPACE: 'collate',
  TERMINATION_LOG: report,
  RESOLVED_CONFIG_FILE: join(folder, 'resolved'),
})

const CONFIG = '{"password":"secret:my-database","token":"planted-token"}'

describe('hybrid-runner secrets', () => {
  test.each([
    ['report', 0],
    ['enforce', 1],
    ['resolve', 1],
  ])('%s ends with %i when the store is down, and says which secret and where', async (mode, code) => {
    const end = await secrets([], { config: CONFIG, SECRETS_CHECK: mode })
    expect(end.code).toBe(code)
    expect(end.output).toMatch(/^"secret:my-database": Kubernetes: the API server does not answer .*"my-database" in namespace collate/m)
    expect(end.output).not.toContain('planted')
    const { failed } = secretsReport.parse(JSON.parse(end.report))
    expect(failed).toMatchObject([{ reference: 'secret:my-database', store: 'Kubernetes', problem: 'unreachable' }])
  })

  test('ends with its report where nobody reads its log', async () => {
    await writeFile(report, '')
    const child = spawn(process.execPath, ['reconciler/cli/main.ts', 'secrets'], {
      cwd: ROOT,
      env: { ...process.env, ...own(), config: CONFIG },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child.stderr.destroy()
    try {
      expect(await once(child, 'exit', { signal: AbortSignal.timeout(50_000) })).toEqual([0, null])
      expect(secretsReport.parse(JSON.parse(await readFile(report, 'utf8'))).failed).toMatchObject([{ problem: 'unreachable' }])
    } finally {
      child.kill('SIGKILL')
    }
  })

  test('a payload without references needs no store', async () => {
    expect(await secrets([], { config: '{}', SECRETS_CHECK: 'resolve', SECRETS_MANAGER: 'kubernetes' })).toMatchObject({ code: 0, output: '' })
    expect(await readFile(join(folder, 'resolved'), 'utf8')).toBe('{}')
  })

  test('reads the payload and the references beside it from files', async () => {
    const [payload, references] = [join(folder, 'payload'), join(folder, 'references')]
    await Promise.all([writeFile(payload, '["secret:one"]'), writeFile(references, '["secret:two"]')])
    const end = await secrets(['--payload-file', payload, '--references-file', references], { config: '' })
    expect(secretsReport.parse(JSON.parse(end.report)).failed.map(({ reference }) => reference)).toEqual(['secret:two', 'secret:one'])
  })

  test('a payload that is not there holds no run in report', async () => {
    for (const [mode, code] of [
      ['report', 0],
      ['enforce', 1],
    ] as const) {
      const end = await secrets(['--mode', mode, '--payload-file', join(folder, 'none')], { config: '' })
      expect(end).toMatchObject({ code, output: expect.stringContaining('the payload or the list of its references cannot be read (ENOENT)\n') })
      expect(secretsReport.parse(JSON.parse(end.report)).failed).toMatchObject([{ reference: 'secret:*', problem: 'other' }])
    }
  })

  test('a report that cannot be written holds no run, and is told in a line', async () => {
    const end = await secrets(['--mode', 'report', '--report-file', folder], { config: '{}' })
    expect(end).toMatchObject({ code: 0, output: `the report cannot be written to ${folder} (EISDIR)\n` })
  })

  test('a payload that cannot be written lets no run start, and the report says why', async () => {
    const end = await secrets(['--mode', 'resolve', '--resolved-file', join(folder, 'none', 'config')], { config: '{}' })
    expect(end).toMatchObject({ code: 1, output: expect.stringContaining('cannot be written') })
    expect(secretsReport.parse(JSON.parse(end.report)).failed).toMatchObject([{ problem: 'other', message: expect.stringContaining('(ENOENT)') }])
  })

  test('a probe reads one secret, and ends with 1 when it cannot', async () => {
    const end = await secrets(['--probe', 'mine'])
    expect(end).toMatchObject({ code: 1, output: expect.stringContaining('"secret:mine"') })
    expect(await secrets(['--probe', 'secret:mine'])).toMatchObject({ code: 1, output: expect.stringContaining('"secret:mine"') })
  })

  describe('a library that fails where nobody waits for it', () => {
    // As soon as the program listens for what nobody expected. It fails with what it was asked with.
    const failing = (how: string): string =>
      `--import=data:text/javascript,${encodeURIComponent(`process.on('newListener', (name) => name === 'uncaughtException' && setImmediate(() => { ${how} }))`)}`
    const error = "Object.assign(new TypeError('planted ' + process.env.config), { headers: 'planted' })"

    test.each([
      ['report', 0],
      ['enforce', 1],
      ['resolve', 1],
    ])('by an error that nobody catches ends %s with %i, and shows its name alone', async (mode, code) => {
      const end = await secrets(['--mode', mode], { config: CONFIG, NODE_OPTIONS: failing(`throw ${error}`) })
      expect(end).toMatchObject({ code, output: expect.stringContaining('this program failed (TypeError)\n') })
      expect(secretsReport.parse(JSON.parse(end.report)).failed).toMatchObject([{ reference: 'secret:*', problem: 'other' }])
      expect(end.output + end.report).not.toContain('planted')
    })

    test('while the report is written changes neither the report nor the end', async () => {
      // The first write waits until the program has heard of the error.
      const script = `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module'
        const { writeFile } = fs.promises
        let isFirst = true
        fs.promises.writeFile = async (...args) => {
          if (isFirst) {
            isFirst = false
            setImmediate(() => { throw new TypeError('planted') })
            await new Promise((resolve) => process.on('uncaughtException', resolve))
          }
          return writeFile(...args)
        }
        syncBuiltinESMExports()`
      const end = await secrets(['--mode', 'enforce'], { config: '{}', NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` })
      expect(end).toMatchObject({ code: 0, output: '' })
      expect(secretsReport.parse(JSON.parse(end.report))).toMatchObject({ failed: [], more: 0 })
    })

    test('by a promise that nobody waits for keeps nothing from being read', async () => {
      const end = await secrets([], { config: CONFIG, NODE_OPTIONS: failing(`void Promise.reject(${error})`) })
      expect(end).toMatchObject({ code: 0, output: expect.stringContaining('something failed beside the reading (TypeError)\n') })
      expect(secretsReport.parse(JSON.parse(end.report)).failed).toMatchObject([{ reference: 'secret:my-database', problem: 'unreachable' }])
      expect(end.output + end.report).not.toContain('planted')
    })
  })

  test('a wrong option is refused with what it may be', async () => {
    expect(await secrets(['--mode', 'perhaps'])).toMatchObject({ code: 2, output: expect.stringContaining('report, enforce, resolve') })
  })
})
