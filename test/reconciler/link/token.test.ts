import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { must } from '../../compiler/examples/must.ts'
import { loadToken } from '../../../reconciler/link/token.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'token-'))
  file = join(folder, 'token')
  await writeFile(file, 'first-token\n')
})
afterEach(async () => rm(folder, { recursive: true }))

test('the token is the content of the file when one is named, without the line end, else the value', async () => {
  expect(must(await loadToken({ value: 'a', file })).current()).toBe('first-token')
  expect(must(await loadToken({ value: 'a', file: undefined })).current()).toBe('a')
})

test('a file that is not there at the start stops the start', async () => {
  expect(await loadToken({ value: 'a', file: join(folder, 'none') })).toMatchObject({
    ok: false,
    error: [{ path: 'AUTH_TOKEN_FILE', message: expect.stringContaining('ENOENT') }],
  })
})

test('a token that was rotated is taken at the next reading, and the old one stays known for the log', async () => {
  const token = must(await loadToken({ value: undefined, file }))
  expect(await token.reread()).toBe(false)
  await writeFile(file, 'second-token')
  expect(await token.reread()).toBe(true)
  expect(token.current()).toBe('second-token')
  expect(token.known()).toEqual(['first-token', 'second-token'])
})

test('a file that cannot be read for a moment, or is empty, leaves the token as it was', async () => {
  const token = must(await loadToken({ value: undefined, file }))
  await rm(file)
  await expect(token.reread()).rejects.toThrow('ENOENT')
  expect(token.current()).toBe('first-token')
  await writeFile(file, '\n')
  expect(await token.reread()).toBe(false)
  expect(token.current()).toBe('first-token')
})
