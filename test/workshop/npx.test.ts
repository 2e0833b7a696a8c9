import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { ROOT } from './run-program.ts'

test('npx hybrid-runner runs the sources of the checkout', async () => {
  const { stdout } = await promisify(execFile)('npx', ['hybrid-runner', '--help'], { cwd: ROOT })
  expect(stdout).toContain('Usage: hybrid-runner')
}, 30_000)
