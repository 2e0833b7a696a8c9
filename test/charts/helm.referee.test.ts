import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { run } from '../cluster/shell.ts'
import { helmProgram } from './helm.ts'

let folder: string | undefined
afterEach(async () => {
  vi.unstubAllEnvs()
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
})

test('Helm comes into a cache in which nothing is yet', async () => {
  folder = await mkdtemp(join(tmpdir(), 'cold-'))
  vi.stubEnv('HYBRID_RUNNER_CACHE', join(folder, 'cache'))
  expect(await run(await helmProgram(3), ['version', '--short'])).toMatch(/^v3\.16\./)
})
