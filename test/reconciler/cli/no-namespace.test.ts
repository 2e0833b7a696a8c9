import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Ended, runCommand } from './run-command.ts'

// Each starts a process, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const NOT_FOUND = { kind: 'Status', code: 404, reason: 'NotFound', message: 'namespaces "nowhere" not found' }

let folder: string
let server: Server
let mayAsk: boolean

/** An API server with nothing in it: a namespace that does not exist lists as empty. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'no-namespace-'))
  server = createServer(({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://api')
    if (searchParams.has('watch')) response.writeHead(200).flushHeaders()
    else if (pathname.endsWith('/selfsubjectaccessreviews')) response.end(JSON.stringify({ status: { allowed: mayAsk } }))
    else if (pathname === '/api/v1/namespaces/nowhere') response.writeHead(404).end(JSON.stringify(NOT_FOUND))
    else response.end(JSON.stringify({ items: [], metadata: { resourceVersion: '1' } }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const contexts = '{ contexts: [{ name: a, context: { cluster: a, user: a } }], users: [{ name: a, user: {} }], current-context: a, '
  await writeFile(
    join(folder, 'kubeconfig'),
    `${contexts} clusters: [{ name: a, cluster: { server: "http://127.0.0.1:${port}", insecure-skip-tls-verify: true } }] }`,
  )
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(folder, { recursive: true })
})

const env = (): Record<string, string> => ({ KUBECONFIG: join(folder, 'kubeconfig') })
const inNamespace = async (namespace: string, args: readonly string[]): Promise<Ended> => runCommand([...args, '-n', namespace], { env: env() })
const RUN = '00000000-0000-4000-8000-000000000002'

const COMMANDS = [
  { name: 'runs', args: ['runs'] },
  { name: 'schedules', args: ['schedules'] },
  { name: 'uninstall', args: ['uninstall', '--agent', 'aws-prod'] },
  { name: 'explain', args: ['explain', RUN] },
]

describe('a namespace that does not exist', () => {
  beforeEach(() => {
    mayAsk = true
  })

  test.each(COMMANDS)('is told by $name', async ({ args }) => {
    expect(await inNamespace('nowhere', args)).toEqual({ code: 1, stdout: '', stderr: 'there is no namespace nowhere\n' })
  })

  test('is told as not checked to an account that may not ask', async () => {
    mayAsk = false
    const stderr = 'whether there is a namespace nowhere was not checked: this account may not get namespaces\n'
    expect(await inNamespace('nowhere', ['schedules'])).toMatchObject({ code: 0, stderr })
  })
})

test.each(COMMANDS)('a name that no namespace can have is refused by $name', async ({ args }) => {
  const ended = await inNamespace('Bad_NS!', args)
  expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('The name of a namespace must be lower-case letters') })
})
