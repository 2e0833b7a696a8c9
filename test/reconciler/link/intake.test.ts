import { describe, expect, test } from 'vitest'
import { Intake } from '../../../reconciler/link/intake.ts'

interface Job {
  readonly end: () => Promise<void>
}

/** An intake, and what became of each work that was given to it. */
function anIntake() {
  const intake = new Intake({ atWork: 2, bytesAtWork: 100, bytesWaiting: 50 })
  const story: string[] = []
  const give = (name: string, { bytes = 1, isUrgent = false } = {}): Job => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const isTaken = intake.take({
      bytes,
      isUrgent,
      begin: async () => {
        story.push(`${name} begins`)
        await promise
      },
      turnAway: () => void story.push(`${name} is turned away`),
    })
    if (!isTaken) story.push(`${name} is refused`)
    return { end: async () => (resolve(), new Promise((done) => void setImmediate(done))) }
  }
  return { intake, story, give }
}

describe('an intake', () => {
  test('lets so many be worked on at once; the next one begins when one ends, in the order of their coming', async () => {
    const { story, give } = anIntake()
    const [a] = ['a', 'b', 'c', 'd'].map((name) => give(name))
    expect(story).toEqual(['a begins', 'b begins'])
    await a?.end()
    expect(story).toEqual(['a begins', 'b begins', 'c begins'])
  })

  test('lets those go first that somebody waits for', async () => {
    const { story, give } = anIntake()
    const a = give('a')
    for (const name of ['b', 'c', 'd']) give(name)
    give('urgent', { isUrgent: true })
    await a.end()
    expect(story.slice(2)).toEqual(['urgent begins'])
  })

  test('refuses what finds no room to wait', () => {
    const { story, give } = anIntake()
    for (const [name, bytes] of Object.entries({ a: 1, b: 1, c: 40, d: 11, e: 10 })) give(name, { bytes })
    expect(story).toEqual(['a begins', 'b begins', 'd is refused'])
  })

  test('works on a large one alone', async () => {
    const { story, give } = anIntake()
    const large = give('large', { bytes: 1_000 })
    give('small')
    expect(story).toEqual(['large begins'])
    await large.end()
    expect(story).toEqual(['large begins', 'small begins'])
  })

  test('that is drained turns away those that wait, and is done when those at work are', async () => {
    const { intake, story, give } = anIntake()
    const [a, b] = [give('a'), give('b')]
    give('c')
    let isDrained = false
    const drained = intake.drain().then(() => (isDrained = true))
    await a.end()
    expect([isDrained, story.at(-1)]).toEqual([false, 'c is turned away'])
    await b.end()
    await drained
    expect(story).toEqual(['a begins', 'b begins', 'c is turned away'])
  })
})
