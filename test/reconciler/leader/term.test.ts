import { beforeEach, expect, test } from 'vitest'
import type { ControlPlane } from '../../../reconciler/link/control-plane.ts'
import { beginTerm } from '../../../reconciler/leader/term.ts'
import { VirtualTime } from '../../support/virtual-time.ts'

let story: string[]
let time: VirtualTime
beforeEach(() => {
  story = []
  time = new VirtualTime()
})

function aLink(part: Pick<ControlPlane, 'start' | 'stop'>): ControlPlane {
  const refuse = async (): Promise<never> => Promise.reject(new Error('the link does not stand'))
  return { isConnected: () => true, retryNow: () => undefined, notify: refuse, request: refuse, ...part }
}

/** `prepareMs`, `beginMs` and `finishMs`: how long the facts take to be read, the work to be taken up, and what is in hand to be finished. */
function begun({ prepareMs = 0, beginMs = 0, finishMs = 0 } = {}) {
  const say = (what: string) => () => void story.push(what)
  return beginTerm({
    controllers: [
      {
        lead: async () => (beginMs === 0 ? say('works')() : time.sleep(beginMs).then(say('works'))),
        standBy: async () => time.sleep(finishMs).then(say('works no more')),
      },
    ],
    prepare: async () => time.sleep(prepareMs).then(say('knows the facts')),
    openLink: () => ({
      link: aLink({ start: say('links'), stop: async (reason) => void story.push(`goodbye: ${reason}`) }),
      sync: { stop: async () => void story.push('syncs no more') },
    }),
    onChange: (isLeading) => void story.push(isLeading ? 'leads' : 'leads no more'),
    sleep: time.sleep,
  })
}

test('a term knows the facts before it works and links, and ends with the work in hand', async () => {
  const term = begun({ finishMs: 100 })
  await time.pass(1)
  expect(story).toEqual(['leads', 'knows the facts', 'works', 'links'])
  story.length = 0
  const ended = term.end('SIGTERM')
  await time.pass(1_000)
  await ended
  expect(story).toEqual(['goodbye: SIGTERM', 'syncs no more', 'works no more', 'leads no more'])
})

test('a term that ends before it has begun never works', async () => {
  const term = begun({ prepareMs: 100 })
  const ended = term.end('lost')
  await time.pass(1_000)
  await ended
  expect(story).not.toContain('works')
  expect(story).not.toContain('links')
})

test('work that is not taken up holds no term for ever, and no link is opened before it is', async () => {
  const term = begun({ beginMs: 1e9 })
  await time.pass(1)
  expect(story).toEqual(['leads', 'knows the facts'])
  const ended = term.end('lost')
  await time.pass(1_000)
  await ended
  expect(story).not.toContain('links')
  expect(story.at(-1)).toBe('leads no more')
})

test('work that does not end holds no term for ever', async () => {
  const term = begun({ finishMs: 1e9 })
  await time.pass(1)
  const ended = term.end('SIGTERM')
  await time.pass(15_000)
  await ended
  expect(story).not.toContain('works no more')
})
