import { describe, expect, test } from 'vitest'
import { type Asker, INGESTION_POD, RUNNER } from '../../../reconciler/secrets/asker.ts'
import { awsStore } from '../../../reconciler/secrets/aws-store.ts'
import { azureStore } from '../../../reconciler/secrets/azure-store.ts'
import { azureTrouble } from '../../../reconciler/secrets/azure-trouble.ts'
import { gcpTrouble, noProject } from '../../../reconciler/secrets/gcp-trouble.ts'

const NEVER = AbortSignal.timeout(600_000)

function refusal(fields: object, message = ''): Error {
  return Object.assign(new Error(message), fields)
}

/** Of every trouble that an account or its variables mend; those of AWS's roles are in a test of their own. */
async function messagesFor(asker: Asker): Promise<string[]> {
  const vault = { name: 'db', vault: 'acme', client: 'c', asker }
  const secret = { name: 'db', project: 'acme', asker }
  const results = [await awsStore({}, asker).read('db', NEVER), await azureStore({}, asker).read('db', NEVER)]
  return [
    ...results.map((result) => (result.ok ? '' : result.error.message)),
    azureTrouble(refusal({ name: 'CredentialUnavailableError' }), vault).message,
    azureTrouble(refusal({ name: 'AuthenticationError' }, 'AADSTS700213: no federated identity record'), vault).message,
    noProject(refusal({}), secret).message,
    gcpTrouble(refusal({ code: 7 }), secret).message,
    gcpTrouble(refusal({ status: 403 }), secret).message,
    gcpTrouble(refusal({}, 'Could not load the default credentials'), secret).message,
  ]
}

describe('what mends a trouble with a store', () => {
  test('is the account and the variables of the ingestion pods, where one of them asks', async () => {
    for (const message of await messagesFor(INGESTION_POD)) {
      expect(message).toMatch(/the ingestion service account|config\.ingestionPods\.extraEnvs/)
      expect(message).not.toMatch(/runner|podLabels/)
    }
  })

  test('is the account and the variables of the runner, where it asks for its own token', async () => {
    for (const message of await messagesFor(RUNNER)) {
      expect(message).toMatch(/the runner's service account|in extraEnvs/)
      expect(message).not.toMatch(/ingestion/i)
    }
  })
})
