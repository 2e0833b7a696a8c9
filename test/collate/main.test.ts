import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'collate-main-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function run(...parameters: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [MAIN, ...parameters])
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => (out += String(chunk)))
  child.stderr.on('data', (chunk) => (err += String(chunk)))
  const [code] = await once(child, 'close')
  return { code, out, err }
}

test('--help tells every option', async () => {
  const { code, out } = await run('--help')
  expect(code).toBe(0)
  for (const option of ['--token-file', '--host', '--port', '--control-port', '--server-version', '--heartbeat-ms', '--exit-with-stdin'])
    expect(out).toContain(option)
})

test('wrong options are refused with 2 and their names, and a wrong token file is not quoted', async () => {
  expect(await run('--port', 'x')).toMatchObject({ code: 2, err: expect.stringMatching(/token-file: .*port: /) })
  expect(await run('--prot', '1')).toMatchObject({ code: 2, err: expect.stringContaining('--prot') })
  const file = join(folder, 'wrong.json')
  await writeFile(file, '{"runner": "planted-token", }')
  const { code, err } = await run('--token-file', file)
  expect(code).toBe(2)
  expect(err).toContain(file)
  expect(err).not.toContain('planted-token')
})

test('it ends when its parent closes stdin', async () => {
  const file = join(folder, 'tokens.json')
  await writeFile(file, '{"runner": "s3cret"}')
  const child = spawn(process.execPath, [MAIN, '--port', '0', '--token-file', file, '--exit-with-stdin'])
  const [line] = await once(child.stdout, 'data')
  expect(JSON.parse(String(line))).toEqual({ port: expect.any(Number), controlPort: expect.any(Number) })
  child.stdin.end()
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('the control API names its operations', async () => {
  const file = join(folder, 'tokens.json')
  await writeFile(file, '{"runner": "s3cret"}')
  const child = spawn(process.execPath, [MAIN, '--port', '0', '--token-file', file])
  const [line] = await once(child.stdout, 'data')
  const { controlPort } = JSON.parse(String(line))
  const unknown = await fetch(`http://127.0.0.1:${controlPort}/`, { method: 'POST' })
  expect(await unknown.json()).toMatchObject({ code: 'UnknownOperation', message: expect.stringContaining('/waitForStatus') })
  const runners = await fetch(`http://127.0.0.1:${controlPort}/runners`, { method: 'POST' })
  expect(await runners.json()).toEqual({ value: [] })
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
})
