import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isSecretReference, mayHoldSecrets } from '../../../compiler/secret-references.ts'
import { withValues } from '../../../reconciler/secrets/resolved-payload.ts'

const VALUES = new Map([
  ['secret:a', '{"n": 1}'],
  ['secret:b', 'x"\\'],
])

/** The same over the value that the payload is. */
function replaced(value: unknown): unknown {
  if (isSecretReference(value)) return VALUES.get(value) ?? value
  if (Array.isArray(value)) return value.map(replaced)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, mayHoldSecrets(key) ? replaced(part) : part]))
}

describe('values in the place of references', () => {
  test('are not put into descriptions, display names and filter patterns, nor beneath them', () => {
    const payload =
      '{"description":"secret:a","list":["secret:a",{"schemaFilterPattern":{"includes":["secret:a"],"more":{"password":"secret:b"}},"password":"secret:b"},"secret:a"],"displayName" : "secret:a","x":"secret:a"}'
    expect(JSON.parse(withValues(payload, VALUES))).toEqual({
      description: 'secret:a',
      list: ['{"n": 1}', { schemaFilterPattern: { includes: ['secret:a'], more: { password: 'secret:b' } }, password: 'x"\\' }, '{"n": 1}'],
      displayName: 'secret:a',
      x: '{"n": 1}',
    })
  })

  test('stand where a walk over the payload finds references, however it is nested and written', () => {
    const text = fc.oneof(fc.constantFrom('secret:a', 'secret:b', 'secret:c', '{', '}', '[', '":', '\\'), fc.string())
    const key = fc.oneof(fc.constantFrom('description', 'displayName', 'tableFilterPattern', 'password', 'secret:a'), fc.string())
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ maxDepth: 4 }, text, fc.integer(), fc.array(tie('tree'), { maxLength: 4 }), fc.dictionary(key, tie('tree'), { maxKeys: 4 })),
    }))
    fc.assert(
      fc.property(tree, fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        expect(JSON.parse(withValues(JSON.stringify(value, null, space), VALUES))).toEqual(replaced(JSON.parse(JSON.stringify(value))))
      }),
    )
  })
})
