import { expect, test } from 'vitest'
import { InOrder } from '../../../reconciler/queue/in-order.ts'
import { ServerWords } from '../../../reconciler/schedule/server-words.ts'

test('a deploy in hand when a list is asked for has been heard of before the list takes anything off', async () => {
  const [words, inOrder, written] = [new ServerWords(), new InOrder(), Promise.withResolvers<void>()]
  const deploy = words.during('pipeline', inOrder, async () => written.promise)
  const before = words.heard('pipeline')
  const whenPruned = inOrder.run('pipeline', async () => Promise.resolve(words.heard('pipeline')))
  written.resolve()
  expect(await whenPruned).toBeGreaterThan(before)
  await deploy
})
