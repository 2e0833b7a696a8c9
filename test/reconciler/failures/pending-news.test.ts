import { describe, expect, test } from 'vitest'
import type { FailureClass } from '../../../compiler/failure-class.ts'
import { isNews, newsOf } from '../../../reconciler/failures/pending-news.ts'

function isToldAfter(first: string, second: string, failureClass: FailureClass): boolean {
  return isNews({ failureClass, message: second }, newsOf({ failureClass, message: first }))
}

describe('a reason for waiting', () => {
  test('is news the first time', () => {
    expect(isNews({ failureClass: 'Unschedulable', message: 'x' }, undefined)).toBe(true)
  })

  test.each<{ name: string; first: string; second: string; failureClass: FailureClass; is: boolean }>([
    {
      name: 'stays the same when nodes come and go',
      first: '0/3 nodes: 3 Insufficient cpu',
      second: '0/4 nodes: 4 Insufficient cpu',
      failureClass: 'Unschedulable',
      is: false,
    },
    {
      name: 'is another when the scheduler has another',
      first: '3 Insufficient cpu',
      second: '3 Insufficient memory',
      failureClass: 'Unschedulable',
      is: true,
    },
    {
      name: 'stays the same while a pull is tried and backed off',
      first: 'ErrImagePull: x: not found',
      second: 'ImagePullBackOff: ErrImagePull: x: not found',
      failureClass: 'ImagePull',
      is: false,
    },
    {
      name: 'stays the same when the back-off says less',
      first: 'ErrImagePull: x: not found',
      second: 'ImagePullBackOff: Back-off pulling image',
      failureClass: 'ImagePull',
      is: false,
    },
    { name: 'is another when the registry answers otherwise', first: 'x: no such host', second: 'x: not found', failureClass: 'ImagePull', is: true },
    {
      name: 'is another when the next thing is missing',
      first: 'secret "a1" not found',
      second: 'secret "a2" not found',
      failureClass: 'ConfigError',
      is: true,
    },
  ])('$name', ({ first, second, failureClass, is }) => {
    expect(isToldAfter(first, second, failureClass)).toBe(is)
  })
})
