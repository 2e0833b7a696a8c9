import type { Asker } from './asker.ts'
import { networkCode } from './network-code.ts'
import { quoted, saying, type SecretTrouble } from './secret-store.ts'
import type { TroubleLine } from './trouble-line.ts'
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
  readonly response?: { readonly headers?: { get(name: string): string | undefined } }
  readonly errors?: readonly unknown[]
}

/** What of a refusal decides what is told of it. */
interface Refusal {
  /** Whether it is about the token, and not about the secret. */
  readonly isOfEntra: boolean
  /** Entra's own number for what is wrong, such as AADSTS700024. */
  readonly number: string | undefined
  readonly status: number | undefined
  readonly message: string
  /** Of the library's error. */
  readonly name: string
}

const entra =
  (...numbers: readonly number[]) =>
  ({ number }: Refusal): boolean =>
    numbers.some((one) => number === `AADSTS${one}`)

const vault =
  (code: number, words = /^/) =>
  ({ status, message }: Refusal): boolean =>
    status === code && words.test(message)

const CLOCKS = 'see that the clocks of the nodes are right'

/** The first line that holds counts. Of two refusals with one status the vault's words alone tell which: the library keeps no inner code. */
const LINES: readonly TroubleLine<AskedVault, Refusal>[] = [
  {
    holds: entra(700_024),
    problem: 'expired-token',
    tell: ({ what }) => `the token of the pod that should read ${what} has expired; ${CLOCKS}`,
    isQuoted: true,
  },
  {
    holds: entra(7_000_222),
    problem: 'expired-token',
    tell: ({ what, asker }) => `the key AZURE_CLIENT_SECRET with which the pod asks for ${what} has expired; put a new one into ${asker.variables}`,
    isQuoted: true,
  },
  { holds: entra(90_055, 50_196), problem: 'throttled', tell: ({ what }) => `Entra ID is too busy to give a token for ${what}` },
  { holds: entra(90_012, 90_033), problem: 'unreachable', tell: ({ what }) => `Entra ID cannot give a token for ${what} now` },
  {
    holds: entra(700_016, 90_002),
    problem: 'no-credentials',
    tell: ({ what, client = 'the application', asker }) =>
      `Entra ID does not know ${client}, or the tenant, as which the pod asks for ${what}; mend azure.workload.identity/client-id or tenant-id on ${asker.account}`,
    isQuoted: true,
  },
  {
    holds: entra(7_000_215),
    problem: 'no-credentials',
    tell: ({ what, asker }) => `the key AZURE_CLIENT_SECRET with which the pod asks for ${what} is wrong; mend it in ${asker.variables}`,
    isQuoted: true,
  },
  {
    holds: ({ number }) => number !== undefined,
    problem: 'denied',
    tell: ({ what, client = 'the application', asker }) =>
      `Entra ID gives the pod no token for ${what}: give ${client} a federated credential for ${asker.account} of this cluster, system:serviceaccount:<namespace>:<name>`,
    isQuoted: true,
  },
  {
    holds: ({ isOfEntra }) => isOfEntra,
    problem: 'no-credentials',
    tell: ({ what, asker }) =>
      `the pod has no credentials to read ${what}; annotate ${asker.account} with azure.workload.identity/client-id, and ${asker.azureLabel}`,
  },
  {
    holds: vault(404),
    problem: 'missing',
    tell: (asked) => `there is no secret ${quoted(asked.name)} in the Azure Key Vault ${asked.vault}; create it, or mend the reference in Collate`,
  },
  {
    holds: vault(403, /disabled secret|not yet valid|expired secret/i),
    problem: 'disabled',
    tell: ({ what }) => `${what} is disabled, or not in its time; enable its current version`,
    isQuoted: true,
  },
  {
    holds: vault(403, /client address .*is not authorized|private link|public network access|TCP connection does not allow/i),
    problem: 'denied',
    tell: ({ what }) => `the firewall of the vault keeps the pod from ${what}: let the network of the cluster into it, or give it a private endpoint`,
    isQuoted: true,
  },
  {
    holds: vault(403),
    problem: 'denied',
    tell: ({ what, client = 'the identity of the pod' }) =>
      `the pod may not read ${what}: give ${client} the role "Key Vault Secrets User" on the vault (or the access policy Get on secrets)`,
    isQuoted: true,
  },
  {
    holds: vault(401),
    problem: 'expired-token',
    tell: ({ what }) => `Key Vault does not accept the pod's token for ${what}; see that the vault belongs to the tenant of AZURE_TENANT_ID`,
    isQuoted: true,
  },
  { holds: vault(429), problem: 'throttled', tell: ({ what }) => `Key Vault is too busy to read ${what}` },
  {
    holds: ({ status = 0 }) => status >= 500,
    problem: 'unreachable',
    tell: ({ what }, { status }) => `Key Vault cannot read ${what} now (HTTP ${status})`,
  },
  { holds: vault(400), problem: 'invalid-name', tell: ({ what }) => `Key Vault does not take the question for ${what}`, isQuoted: true },
]

/** Why Azure gave no value. */
export function azureTrouble(error: unknown, asked: AskedVault): SecretTrouble {
  const code = networkCode(error)
  const what = `the secret ${quoted(asked.name)} in the Azure Key Vault ${asked.vault}`
  if (code !== undefined) return unreachable(code, what, asked.vault)
  const azure = (error instanceof Error ? error : { name: 'unknown', message: '' }) as AzureError
  const refusal = refusalIn(azure)
  const line = LINES.find(({ holds }) => holds(refusal))
  const message = line === undefined ? unknown(refusal, what) : `${line.tell({ ...asked, what }, refusal)}${line.isQuoted === true ? says(refusal) : ''}`
  const wish = refusal.status === 429 ? retryAfterMs(azure.response?.headers?.get('retry-after'), Date.now()) : undefined
  return { problem: line?.problem ?? 'other', message, ...(wish === undefined ? {} : { retryAfterMs: wish }) }
}

function unreachable(code: string, what: string, vaultName: string): SecretTrouble {
  const mend = `let the pod out to ${vaultName}.vault.azure.net and login.microsoftonline.com, and see that the vault is called so`
  return { problem: 'unreachable', message: `Azure does not answer (${code}) to the question for ${what}; ${mend}` }
}

/** Entra's number stands in the text, wherever the libraries put it. */
function refusalIn({ name, message, statusCode, errors = [] }: AzureError): Refusal {
  const text = [message, ...errors.map((one) => (one instanceof Error ? one.message : ''))].join(' ')
  const number = /AADSTS\d+/.exec(text)?.[0]
  const isOfEntra = number !== undefined || /^(CredentialUnavailable|AggregateAuthentication|Authentication|AuthenticationRequired)Error$/.test(name)
  return { isOfEntra, number, status: isOfEntra ? undefined : statusCode, message: number === undefined ? message : text.slice(text.indexOf(number)), name }
}

function says({ number, message }: Refusal): string {
  return number === undefined ? saying('Key Vault', message) : saying('Entra ID', message.split(/ Trace ID|\r|\n/)[0] ?? '')
}

function unknown({ name, status }: Refusal, what: string): string {
  return `Key Vault does not give ${what}: ${name}${status === undefined ? '' : `, HTTP ${status}`}`
}
