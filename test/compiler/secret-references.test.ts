import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isMeantAsReference, isSecretReference, mayHoldSecrets, secretName, secretNameInImage, secretReferences } from '../../compiler/secret-references.ts'

describe('secret references', () => {
  test('are found at any depth, each once, in the order in which they stand', () => {
    const value = { b: ['secret:one', { deep: [[{ password: 'secret:/two/of' }]] }], a: 'secret:one', last: 'secret:three' }
    expect(secretReferences(value)).toEqual(['secret:one', 'secret:/two/of', 'secret:three'])
  })

  test.each([undefined, null, 7, true, 'a secret:one', 'Secret:one', { 'secret:key': 1 }, []])('%j holds none', (value) => {
    expect(secretReferences(value)).toEqual([])
  })

  test('are found in a value that is deeper than any stack', () => {
    let value: unknown = 'secret:bottom'
    for (let depth = 0; depth < 200_000; depth += 1) value = [value]
    expect(secretReferences(value)).toEqual(['secret:bottom'])
  })

  test.each(['secret:', 'secret:my secret', 'secret:miss.*', 'secret:ünï©', 'secret:{{x}}', 'secret:a\n', `secret:${'a'.repeat(2_049)}`])(
    'are none that no store could hold, though meant so: %j',
    (text) => {
      expect([secretReferences({ password: text }), isMeantAsReference(text)]).toEqual([[], true])
    },
  )

  test('are not looked for where no password stands', () => {
    const text = 'secret:mine'
    const value = { schemaFilterPattern: { includes: [text] }, tableFilterPattern: text, description: text, displayName: text, descriptions: 'secret:other' }
    expect(secretReferences([value])).toEqual(['secret:other'])
  })

  test('are all texts of a value that are of their form and stand where a password may, and no other', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^secret:[a-z /]{0,3}$/))
    const key = fc.oneof(fc.string(), fc.constantFrom('description', 'schemaFilterPattern', 'password'))
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof({ maxDepth: 4 }, text, fc.integer(), fc.array(tie('tree')), fc.dictionary(key, tie('tree'))),
    }))
    fc.assert(
      fc.property(tree, (value) => {
        const texts: string[] = []
        JSON.stringify(value, (name, part: unknown) => (mayHoldSecrets(name) ? (typeof part === 'string' && texts.push(part), part) : undefined))
        expect(secretReferences(value)).toEqual([...new Set(texts.filter(isSecretReference))])
      }),
    )
  })
})

const ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mine-AbCdEf'

test.each([
  ['secret:my-database', 'my-database', 'my-database'],
  ['secret:/my/database/password', '/my/database/password', '/my/database/password'],
  [`secret:${ARN}`, ARN, 'arn:aws:secretsmanager:eu-west-1:123456789012:mine-AbCdEf'],
  ['secret:', '', ''],
])('%s names %s, and the ingestion image asks for %s', (reference, name, inImage) => {
  expect(secretName(reference)).toBe(name)
  expect(secretNameInImage(reference)).toBe(inImage)
})
