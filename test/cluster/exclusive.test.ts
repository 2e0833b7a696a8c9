import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exclusively } from './exclusive.ts'

/** Another process that takes the lock, says so, and holds it until it is killed. */
async function holder(key: string): Promise<() => void> {
  const script = `
    import { exclusively } from ${JSON.stringify(join(import.meta.dirname, 'exclusive.ts'))}
    await exclusively(${JSON.stringify(key)}, () => new Promise(() => console.log('held')))
  `
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  return () => void child.kill('SIGKILL')
}

test('work under one key never overlaps, and work under another key does not wait for it', async () => {
  const [key, other] = [randomUUID(), randomUUID()]
  let inside = 0
  let most = 0
  const work = async (): Promise<void> => {
    most = Math.max(most, ++inside)
    await exclusively(other + Math.random().toString(), () => Promise.resolve())
    inside--
  }
  await Promise.all(Array.from({ length: 20 }, () => exclusively(key, work)))
  expect([inside, most]).toEqual([0, 1])
})

test('a holder that is killed frees the lock', async () => {
  const key = randomUUID()
  const kill = await holder(key)
  let waited = 0
  const mine = exclusively(
    key,
    () => Promise.resolve('mine'),
    () => {
      waited++
      kill()
    },
  )
  expect([await mine, waited]).toEqual(['mine', 1])
})

test('an error inside frees the lock, and is passed on', async () => {
  const key = randomUUID()
  await expect(exclusively(key, () => Promise.reject(new Error('inside')))).rejects.toThrow('inside')
  expect(await exclusively(key, () => Promise.resolve(1))).toBe(1)
})
