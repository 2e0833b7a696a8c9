import { expect, test } from 'vitest'
import { NamespaceFate } from '../../../reconciler/execute/namespace-fate.ts'
import { aWorld } from '../../support/a-runner.ts'

const GOING = 'configmaps "x" is forbidden: unable to create new content in namespace collate because it is being terminated'

test('a namespace that takes new objects stays, and asking leaves nothing there', async () => {
  const { cluster } = aWorld()
  const fate = new NamespaceFate()
  expect(await fate.ask(cluster)).toBe('stays')
  expect(fate.known()).toBe('unknown')
  expect(cluster.all('configmaps')).toEqual([])
})

test('a namespace that is being terminated goes, once and for all', async () => {
  const { cluster } = aWorld()
  const fate = new NamespaceFate()
  cluster.failNext('dryRun', 'Forbidden', { message: GOING })
  expect(await fate.ask(cluster)).toBe('goes')
  expect(fate.known()).toBe('goes')
  expect(await fate.ask(cluster)).toBe('goes')
})

test.each(['Forbidden', 'QuotaExceeded', 'Rejected'] as const)('a namespace that refuses an object for another reason (%s) stays', async (code) => {
  const { cluster } = aWorld()
  cluster.failNext('dryRun', code, { message: 'exceeded quota' })
  expect(await new NamespaceFate().ask(cluster)).toBe('stays')
})

test('an API server that does not answer is asked again later', async () => {
  const { cluster } = aWorld()
  cluster.failNext('dryRun', 'Unavailable')
  await expect(new NamespaceFate().ask(cluster)).rejects.toMatchObject({ code: 'Unavailable' })
})
