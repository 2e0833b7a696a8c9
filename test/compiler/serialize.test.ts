import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { toYaml } from '../../compiler/serialize.ts'

describe('toYaml', () => {
  test('puts what names an object first and the rest in order, however it was built', () => {
    const one = { spec: { b: 1, a: 2 }, kind: 'Pod', metadata: { labels: { q: '1', p: '2' }, name: 'nightly' }, apiVersion: 'v1' }
    const other = { apiVersion: 'v1', metadata: { name: 'nightly', labels: { p: '2', q: '1' } }, kind: 'Pod', spec: { a: 2, b: 1 } }
    expect(toYaml([one])).toBe(toYaml([other]))
    expect(toYaml([one])).toBe('apiVersion: v1\nkind: Pod\nmetadata:\n  name: nightly\n  labels:\n    p: "2"\n    q: "1"\nspec:\n  a: 2\n  b: 1\n')
  })

  test('keeps the order of lists and writes shared parts out', () => {
    const part = { a: 1 }
    expect(toYaml([{ list: [3, 1, 2], left: part, right: part }])).toBe('left:\n  a: 1\nlist:\n  - 3\n  - 1\n  - 2\nright:\n  a: 1\n')
  })

  test('parts objects by three dashes', () => {
    expect(toYaml([{ a: 1 }, { b: 2 }])).toBe('a: 1\n---\nb: 2\n')
  })

  test.each(['yes', 'on', 'null', '1e3', '0o7', '1_000', '12:30:00', '~', '2026-01-01'])(
    'writes the text %s so that a reader of YAML 1.1 takes it for a text',
    (text) => {
      expect(parse(toYaml([{ text }]), { version: '1.1' })).toEqual({ text })
    },
  )

  test('masks a Secret unless told otherwise', () => {
    const secret = { kind: 'Secret', data: { config: 'c2VjcmV0' }, stringData: { other: 'secret' } }
    expect(toYaml([secret])).not.toMatch(/c2VjcmV0|secret$/m)
    expect(parse(toYaml([secret]))).toEqual({ kind: 'Secret', stringData: { config: '*****', other: '*****' } })
    expect(parse(toYaml([secret], { showSecrets: true }))).toEqual(secret)
  })
})
