import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { takesFolders } from './preflight.ts'

test('a folder takes folders also while another process tries it, and is left as it was', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'preflight-'))
  onTestFinished(async () => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'hybrid-runner-trial'))
  expect(takesFolders(folder)).toBe(true)
  expect(await readdir(folder)).toEqual(['hybrid-runner-trial'])
  expect(takesFolders(join(folder, 'not-there'))).toBe(false)
})
