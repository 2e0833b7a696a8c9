import type { CoreV1Event } from '@kubernetes/client-node'
import { describe, expect, test } from 'vitest'
import { ObjectEvents } from '../../../reconciler/cache/object-events.ts'

function anEvent(uid: string, reason: string, { message = 'words', name = `${reason}.1`, count = 1, at = 1_000 } = {}): CoreV1Event {
  const lastTimestamp = new Date(at).toISOString() as unknown as Date
  return { metadata: { name }, involvedObject: { kind: 'Pod', uid }, reason, message, count, lastTimestamp }
}

function told(events: ObjectEvents, uid: string): string[] {
  return events.of(uid).map(({ reason, message, times }) => `${reason} x${times}: ${message}`)
}

describe('the events of an object', () => {
  test('are the last of each reason', () => {
    const events = new ObjectEvents()
    events.put(anEvent('one', 'FailedMount', { message: 'first', at: 1_000 }))
    events.put(anEvent('one', 'FailedMount', { message: 'second', at: 2_000, count: 3 }))
    events.put(anEvent('one', 'BackOff'))
    events.put(anEvent('other', 'FailedMount'))
    expect(told(events, 'one')).toEqual(['FailedMount x3: second', 'BackOff x1: words'])
  })

  test('are not replaced by older ones, as a list after a watch may bring them', () => {
    const events = new ObjectEvents()
    events.put(anEvent('one', 'FailedMount', { message: 'new', at: 2_000 }))
    events.put(anEvent('one', 'FailedMount', { message: 'old', at: 1_000 }))
    expect(told(events, 'one')).toEqual(['FailedMount x1: new'])
  })

  test('count trouble that is told in other words each time', () => {
    const events = new ObjectEvents()
    for (const [index, digit] of ['a', 'b', 'c'].entries()) {
      const message = `sandbox ${digit.repeat(64)} has no network`
      events.put(anEvent('one', 'FailedCreatePodSandBox', { message, name: `event-${index}`, at: 1_000 * index + 1_000 }))
    }
    expect(told(events, 'one')).toEqual(['FailedCreatePodSandBox x3: sandbox <id> has no network'])
  })

  test('are bounded: those of the object that was heard of longest ago go first', () => {
    const events = new ObjectEvents()
    for (let index = 0; index <= 5_000; index += 1) events.put(anEvent(`uid-${index}`, 'FailedMount'))
    expect(events.of('uid-0')).toEqual([])
    expect(events.of('uid-1')).toHaveLength(1)
  })

  test('go with the object', () => {
    const events = new ObjectEvents()
    events.put(anEvent('one', 'FailedMount'))
    events.forget('one')
    expect(events.of('one')).toEqual([])
  })
})
