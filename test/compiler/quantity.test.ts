import { describe, expect, test } from 'vitest'
import { parseQuantity } from '../../compiler/quantity.ts'
import { overlayResources } from '../../compiler/resources.ts'

const ONE = 10n ** 9n
const LARGEST = (2n ** 63n - 1n) * ONE

describe('parseQuantity reads as Kubernetes does', () => {
  test.each<[string, bigint]>([
    ['0', 0n],
    ['1', ONE],
    ['+1', ONE],
    ['-1', -ONE],
    ['1.', ONE],
    ['.5', ONE / 2n],
    ['0.5', ONE / 2n],
    ['500m', ONE / 2n],
    ['1.5Gi', (ONE * 3n * 2n ** 30n) / 2n],
    ['4096Mi', ONE * 2n ** 32n],
    ['4Gi', ONE * 2n ** 32n],
    ['1k', 1000n * ONE],
    ['1M', 10n ** 6n * ONE],
    ['1E', 10n ** 18n * ONE],
    ['1e3', 1000n * ONE],
    ['1E3', 1000n * ONE],
    ['1e+3', 1000n * ONE],
    ['1e-3', ONE / 1000n],
    ['100u', 100_000n],
    ['7n', 7n],
    ['0.1n', 1n],
    ['1e-30', 1n],
    ['1e-999999999', 1n],
    ['0e-999999999', 0n],
    ['8Ei', LARGEST],
    ['9223372036854775808', 2n ** 63n * ONE],
    ['10E', 10n ** 19n * ONE],
    ['1e999999999', 10n ** 1000n * ONE],
  ])('%s', (text, nanos) => {
    expect(parseQuantity(text)).toEqual({ ok: true, value: nanos })
  })

  test.each(['', ' 1', '1 ', '1K', '1ki', '1GiB', '1GB', '1mi', '.', '-', '1.2.3', '0x10', 'Gi', '1e', '1e1.5', '1_000', '١'])('and refuses %o', (text) => {
    expect(parseQuantity(text).ok).toBe(false)
  })
})

describe('particular resources over general ones', () => {
  const base = { requests: { memory: '4Gi' }, limits: { memory: '4Gi' } }

  test.each([
    { name: 'a smaller limit lowers the general request', over: { requests: {}, limits: { memory: '2Gi' } }, result: ['2Gi', '2Gi'] },
    { name: 'a larger limit leaves it', over: { requests: {}, limits: { memory: '8Gi' } }, result: ['4Gi', '8Gi'] },
    { name: 'a larger request raises the general limit', over: { requests: { memory: '8Gi' }, limits: {} }, result: ['8Gi', '8Gi'] },
    { name: 'both hold as they are', over: { requests: { memory: '1Gi' }, limits: { memory: '2Gi' } }, result: ['1Gi', '2Gi'] },
  ])('$name', ({ over, result }) => {
    const { requests, limits } = overlayResources(base, over)
    expect([requests['memory'], limits['memory']]).toEqual(result)
  })
})
