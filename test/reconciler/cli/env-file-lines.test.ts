import { parseEnv } from 'node:util'
import { describe, expect, test } from 'vitest'
import { lineIssues } from '../../../reconciler/cli/env-file-lines.ts'

const linesOf = (text: string): string[] => lineIssues(text).map(({ message }) => message.split(' is not')[0] ?? '')

describe('the lines of an env file', () => {
  test.each([
    'FOO=bar',
    'FOO=',
    'export FOO=bar',
    '  FOO = bar # why',
    '# FOO\n\nFOO=bar\r\n',
    'FOO="one\ntwo\nthree" # rest\nBAR=1',
    'FOO=\'{\n  "a": 1\n}\'\nBAR=1',
    'FOO="never closed\nBAR=1',
  ])('that Node reads are taken: %j', (text) => {
    expect(linesOf(text)).toEqual([])
    expect(Object.keys(parseEnv(text))).toContain('FOO')
  })

  test.each([
    ['FOO', ['line 1']],
    ['FOO=1\n\nBAR\n=2\nexport BAZ', ['line 3', 'line 4', 'line 5']],
    ['FOO="one\ntwo"\nBAR', ['line 3']],
  ])('that Node passes over are told by their numbers: %j', (text, lines) => {
    expect(linesOf(text)).toEqual(lines)
  })
})
