import type { Asker } from './asker.ts'
import { networkCode } from './network-code.ts'
import { quoted, saying, type SecretTrouble } from './secret-store.ts'
import { retryAfterMs } from '../network/retry-after.ts'

export interface AskedVault {
  readonly name: string
  readonly vault: string
  /** The application whose identity the pod has. */
  readonly client: string | undefined
  readonly asker: Asker
}

/** As far as it is looked at: of the vault's refusals, and of Entra's, which come by the one or the other name. */
interface AzureError {
  readonly name: string
  readonly message: string
  readonly statusCode?: number
  readonly code?: string
  readonly response?: { readonly headers?: { get(name: string): string | undefined } }
  readonly errors?: readonly unknown[]
}

/** Why Azure gave no value. */
export function azureTrouble(error: unknown, asked: AskedVault): SecretTrouble {
  const code = networkCode(error)
  const what = `the secret ${quoted(asked.name)} in the Azure Key Vault ${asked.vault}`
  if (code !== undefined) return unreachable(code, what, asked.vault)
  const azure = (error instanceof Error ? error : { name: 'unknown', message: '' }) as AzureError
  return entraTrouble(azure, what, asked) ?? vaultTrouble(azure, what, asked)
}

function unreachable(code: string, what: string, vault: string): SecretTrouble {
  const mend = `let the pod out to ${vault}.vault.azure.net and login.microsoftonline.com, and see that the vault is called so`
  return { problem: 'unreachable', message: `Azure does not answer (${code}) to the question for ${what}; ${mend}` }
}

/** Of the token: Entra's own number for what is wrong stands in the text, wherever the libraries put it. */
function entraTrouble(error: AzureError, what: string, { client = 'the application', asker }: AskedVault): SecretTrouble | undefined {
  const text = [error.message, ...(error.errors ?? []).map((one) => (one instanceof Error ? one.message : ''))].join(' ')
  const number = /AADSTS\d+/.exec(text)?.[0]
  if (number === undefined && !/^(CredentialUnavailable|AggregateAuthentication|Authentication|AuthenticationRequired)Error$/.test(error.name)) return undefined
  const says = number === undefined ? '' : saying('Entra ID', text.slice(text.indexOf(number)).split(/ Trace ID|\r|\n/)[0] ?? '')
  // Assertion or secret out of its time.
  if (number === 'AADSTS700024' || number === 'AADSTS7000222') {
    return { problem: 'expired-token', message: `the token of the pod that should read ${what} has expired; see that the clocks of the nodes are right${says}` }
  }
  if (number === 'AADSTS90055' || number === 'AADSTS50196') return { problem: 'throttled', message: `Entra ID is too busy to give a token for ${what}` }
  if (number !== undefined) {
    const mend = `give ${client} a federated credential for ${asker.account} of this cluster, system:serviceaccount:<namespace>:<name>`
    return { problem: 'denied', message: `Entra ID gives the pod no token for ${what}: ${mend}${says}` }
  }
  const mend = `annotate ${asker.account} with azure.workload.identity/client-id, and ${asker.azureLabel}`
  return { problem: 'no-credentials', message: `the pod has no credentials to read ${what}; ${mend}` }
}

function vaultTrouble(error: AzureError, what: string, { name, vault, client = 'the identity of the pod' }: AskedVault): SecretTrouble {
  const { statusCode, message } = error
  const says = saying('Key Vault', message)
  if (statusCode === 404)
    return { problem: 'missing', message: `there is no secret ${quoted(name)} in the Azure Key Vault ${vault}; create it, or mend the reference in Collate` }
  if (statusCode === 403 && /SecretDisabled|disabled secret|SecretNotYetValid|SecretExpired|not yet valid|expired secret/i.test(message)) {
    return { problem: 'disabled', message: `${what} is disabled, or not in its time; enable its current version${says}` }
  }
  if (statusCode === 403 && /ForbiddenByFirewall|ForbiddenByConnection/.test(`${error.code} ${message}`)) {
    return { problem: 'denied', message: `the firewall of the vault keeps the pod from ${what}: let the network of the cluster into it${says}` }
  }
  if (statusCode === 403) {
    const mend = `give ${client} the role "Key Vault Secrets User" on the vault (or the access policy Get on secrets)`
    return { problem: 'denied', message: `the pod may not read ${what}: ${mend}${says}` }
  }
  if (statusCode === 401) {
    return {
      problem: 'expired-token',
      message: `Key Vault does not accept the pod's token for ${what}; see that the vault belongs to the tenant of AZURE_TENANT_ID${says}`,
    }
  }
  if (statusCode === 429) {
    const wish = retryAfterMs(error.response?.headers?.get('retry-after'), Date.now())
    return { problem: 'throttled', message: `Key Vault is too busy to read ${what}`, ...(wish === undefined ? {} : { retryAfterMs: wish }) }
  }
  if (statusCode !== undefined && statusCode >= 500) return { problem: 'unreachable', message: `Key Vault cannot read ${what} now (HTTP ${statusCode})` }
  if (statusCode === 400) return { problem: 'invalid-name', message: `Key Vault does not take the question for ${what}${says}` }
  return { problem: 'other', message: `Key Vault does not give ${what}: ${error.name}${statusCode === undefined ? '' : `, HTTP ${statusCode}`}` }
}
