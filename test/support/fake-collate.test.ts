import { beforeEach, describe } from 'vitest'
import { collateApiContract } from './collate-api.contract.ts'
import { FakeCollate } from './fake-collate.ts'

describe('the fake Collate', () => {
  let api: FakeCollate
  beforeEach(() => {
    api = new FakeCollate()
  })
  collateApiContract(() => ({
    api,
    trouble: async (code) => {
      api.trouble = code
    },
  }))
})
