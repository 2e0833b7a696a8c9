import { expect, test } from 'vitest'
import { parseValuesFile } from '../../../reconciler/cli/values-file.ts'

test('a values file is read as Helm reads it: old words for true and false, and no times', () => {
  expect(parseValuesFile('a: yes\nb: 10:20\nc: 2026-01-01\nd: &x {e: 012}\nf: *x\ng: ~\n')).toEqual({
    ok: true,
    value: { a: true, b: '10:20', c: '2026-01-01', d: { e: 10 }, f: { e: 10 }, g: null },
  })
})

test('a values file with nothing in it has no values', () => {
  expect(parseValuesFile('# nothing\n')).toEqual({ ok: true, value: {} })
})

test.each([
  { text: '- a', message: 'must be a map of values' },
  { text: 'a: {hunter2', message: 'is no YAML; see line 1' },
  { text: 'a: 1\na: hunter2', message: 'is no YAML; see line 2' },
])('a values file that is $message is refused without its text', ({ text, message }) => {
  expect(parseValuesFile(text)).toEqual({ ok: false, error: [{ code: 'invalid', path: '', message }] })
})
