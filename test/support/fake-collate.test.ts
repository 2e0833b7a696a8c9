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
    putAutomation: async (name, id) => void api.automations.set(name, { id, workflowType: 'TEST_CONNECTION', status: 'Pending', connectionType: 'Mysql' }),
    trouble: async (code) => {
      api.trouble = code
    },
  }))
})
