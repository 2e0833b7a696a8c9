import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isSecretReference, secretName, secretNameInImage, secretReferences } from '../../compiler/secret-references.ts'

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

  test('are all texts of a value that begin so, and no other', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const texts: string[] = []
        JSON.stringify(value, (_key, part: unknown) => (typeof part === 'string' ? (texts.push(part), part) : part))
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
