import { expect, test } from 'vitest'
import { expandedVariables } from '../../../reconciler/cli/expanded-variables.ts'

test('a variable is what its container would see', () => {
  const list = [
    { name: 'A', value: 'one' },
    { name: 'B', value: '$(A)-$(LATER)-$$(A)-$A' },
    { name: 'LATER', value: 'two' },
    { name: 'A', value: '$(A)$(LATER)' },
  ]
  expect(expandedVariables(list)).toEqual({ A: 'onetwo', B: 'one-$(LATER)-$(A)-$A', LATER: 'two' })
})
