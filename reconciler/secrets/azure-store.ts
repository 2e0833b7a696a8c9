/** The only file that uses the SDK of Azure, which is loaded when the first secret is read. */
import type { SecretClient } from '@azure/keyvault-secrets'
import { err, ok, type Result } from '../../compiler/result.ts'
import type { Asker } from './asker.ts'
import { azureTrouble, type AskedVault } from './azure-trouble.ts'
import type { Environment } from '../../compiler/environment.ts'
import { quoted, type SecretStore, type SecretTrouble } from './secret-store.ts'

/** All that Key Vault takes for a name. */
const NAME = /^[0-9a-zA-Z-]{1,127}$/
const VAULT = /^[0-9a-zA-Z-]{3,24}$/

/**
 * Secrets of one Key Vault, by their names. Credentials come from where Azure has them for a pod: workload identity, the variables of an
 * application, the identity of the node; all by the SDK's own chain, without the tools of developers, which no pod has.
 */
export function azureStore(environment: Environment, asker: Asker): SecretStore {
  const vault = environment['AZURE_KEY_VAULT_NAME'] ?? ''
  let client: Promise<SecretClient> | undefined
  return {
    store: 'Azure Key Vault',
    read: async (name, signal) => {
      if (!VAULT.test(vault)) return err(noVault(name, asker))
      if (!NAME.test(name)) return err(invalidName(name))
      client ??= newClient(vault)
      return readSecret(await client, { name, vault, client: environment['AZURE_CLIENT_ID'], asker }, signal)
    },
  }
}

/** Tries are counted by the caller. */
async function newClient(vault: string): Promise<SecretClient> {
  const [{ DefaultAzureCredential }, { SecretClient }] = await Promise.all([import('@azure/identity'), import('@azure/keyvault-secrets')])
  process.env['AZURE_TOKEN_CREDENTIALS'] ??= 'prod'
  const retryOptions = { maxRetries: 0 }
  return new SecretClient(`https://${vault}.vault.azure.net`, new DefaultAzureCredential({ retryOptions }), { retryOptions })
}

async function readSecret(client: SecretClient, asked: AskedVault, abortSignal: AbortSignal): Promise<Result<string, SecretTrouble>> {
  try {
    const { value = '' }: { readonly value?: unknown } = await client.getSecret(asked.name, { abortSignal })
    // The library's types describe what comes, and nobody has checked it.
    if (typeof value !== 'string') throw new TypeError('no text')
    if (value !== '') return ok(value)
    return err({ problem: 'empty', message: `the secret ${quoted(asked.name)} in the Azure Key Vault ${asked.vault} holds nothing; put the value there` })
  } catch (error) {
    return err(azureTrouble(error, asked))
  }
}

function noVault(name: string, { variables }: Asker): SecretTrouble {
  const mend = `set AZURE_KEY_VAULT_NAME in ${variables} to the name of the vault (3 to 24 letters, digits and "-", not its address)`
  return { problem: 'no-credentials', message: `no Azure Key Vault is named to look for ${quoted(name)}; ${mend}` }
}

function invalidName(name: string): SecretTrouble {
  const message = `no secret in an Azure Key Vault can have the name ${quoted(name)}; give a name of letters, digits and "-"`
  return { problem: 'invalid-name', message }
}
