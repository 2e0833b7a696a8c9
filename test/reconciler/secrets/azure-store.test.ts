import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { INGESTION_POD } from '../../../reconciler/secrets/asker.ts'
import { azureStore } from '../../../reconciler/secrets/azure-store.ts'
import { trustExtraCas } from '../../../reconciler/secrets/extra-trust.ts'
import { type AzureWorld, startAzureWorld } from './azure-world.ts'
import { secretStoreContract } from './secret-store.contract.ts'

let world: AzureWorld
const NEVER = AbortSignal.timeout(600_000)

beforeAll(async () => {
  world = await startAzureWorld()
})

secretStoreContract(async () => world)

describe('Azure Key Vault', () => {
  const variables = { ...process.env }
  afterAll(() => Object.assign(process.env, variables))

  test('is not reached with a token that no application trusts, and the message names the federated credential', async () => {
    const environment = await world.untrusted()
    Object.assign(process.env, environment)
    await trustExtraCas(environment)
    const result = await azureStore(environment, INGESTION_POD).read('db', NEVER)
    expect(result).toMatchObject({ ok: false, error: { problem: 'denied', message: expect.stringMatching(/federated credential.*AADSTS700213/) } })
  })

  test.each(['', 'https://acme-vault.vault.azure.net'])('with the vault %j is told which variable names it', async (AZURE_KEY_VAULT_NAME) => {
    const result = await azureStore({ AZURE_KEY_VAULT_NAME }, INGESTION_POD).read('mine', NEVER)
    expect(result).toMatchObject({ ok: false, error: { message: expect.stringContaining('AZURE_KEY_VAULT_NAME') } })
  })
})
