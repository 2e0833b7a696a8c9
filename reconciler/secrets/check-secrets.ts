import { secretName, secretReferences } from '../../compiler/secret-references.ts'
import type { SecretsManager } from '../../compiler/secrets-manager.ts'
import type { FailedSecret } from '../../compiler/secrets-report.ts'
import type { SecretStore } from './secret-store.ts'
import type { ReadOptions } from './read-secrets.ts'
import { readSecrets } from './read-secrets.ts'
import { withValues } from './resolved-payload.ts'

/** What the init container does about references: tell, hold the run, or put the values in their place. */
export const SECRETS_MODES = ['report', 'enforce', 'resolve'] as const

export type SecretsMode = (typeof SECRETS_MODES)[number]

export interface SecretsQuestion {
  readonly mode: SecretsMode
  readonly manager: SecretsManager
  /** What the main container is given: JSON. Holds secrets of its own. */
  readonly payload: string
  /** References that the request holds beside those of the payload, which the program will meet later. */
  readonly references: readonly string[]
}

export interface SecretsOutcome {
  readonly failed: readonly FailedSecret[]
  /** How many references were read. */
  readonly read: number
  /** For the container's own log: nothing failed by them. */
  readonly notes: readonly string[]
  /** Whether the run may start. */
  readonly isGood: boolean
  /** The payload with the values in place of their references; only in the mode `resolve`, and when all were read. */
  readonly resolved?: string
}

/** Of all values of a run; what is made of them has to fit into a volume of 16 MiB. */
const MOST_RESOLVED_BYTES = 12 * 1024 * 1024

/** Where the one kind of store is that cannot be asked from here. */
const NOT_ASKED: Readonly<Partial<Record<SecretsManager, string>>> = {
  'aws-ssm': 'parameters of AWS Systems Manager are read by the ingestion image alone',
  'managed-aws-ssm': 'parameters of AWS Systems Manager are read by the ingestion image alone',
  'db': 'with secretsManager "db" the ingestion image takes a reference for the value itself',
}

/** Reads the references of a payload from the store, which is undefined where it cannot be asked. */
export async function checkSecrets(question: SecretsQuestion, store: SecretStore | undefined, options: Omit<ReadOptions, 'resolver'>): Promise<SecretsOutcome> {
  const parsed = jsonIn(question.payload)
  if (parsed === undefined) return unseen('the payload is no JSON', question.mode, question.manager)
  const references = [...new Set([...question.references, ...secretReferences(parsed.value)])]
  if (store === undefined) return unasked(question, references)
  const resolver = question.mode === 'resolve' ? 'here' : 'image'
  const read = await readSecrets(references, store, { ...options, resolver, keepsValues: question.mode === 'resolve' })
  const failed = read.flatMap(({ reference, result }) =>
    result.ok ? [] : [{ reference, store: store.store, problem: result.error.problem, message: result.error.message }],
  )
  const values = new Map(read.flatMap(({ reference, result }) => (result.ok ? [[reference, result.value] as const] : [])))
  const bytes = [...values.values()].reduce((sum, value) => sum + Buffer.byteLength(value), 0)
  if (bytes > MOST_RESOLVED_BYTES)
    return unseen(`their values have ${bytes} bytes together, and ${MOST_RESOLVED_BYTES} are the most`, question.mode, question.manager)
  const notes = resolver === 'here' ? [] : [...values.keys()].flatMap((reference) => warningOf(reference, store))
  return {
    failed,
    read: values.size,
    notes,
    isGood: question.mode === 'report' || failed.length === 0,
    ...(question.mode === 'resolve' && failed.length === 0 ? { resolved: withValues(question.payload, values) } : {}),
  }
}

function unasked({ mode, manager, payload }: SecretsQuestion, references: readonly string[]): SecretsOutcome {
  const why = NOT_ASKED[manager] ?? ''
  const notes = references.length === 0 ? [] : [`not checked: ${why}`]
  const isWhole = mode !== 'resolve' || manager === 'db' || references.length === 0
  if (isWhole) return { failed: [], read: 0, notes, isGood: true, ...(mode === 'resolve' ? { resolved: payload } : {}) }
  const message = `${why}; set config.secretsCheck to report, or keep the secrets in AWS Secrets Manager (config.secretsManager managed-aws)`
  const failed = references.map((reference): FailedSecret => ({ reference, store: 'AWS Parameter Store', problem: 'other', message }))
  return { failed, read: 0, notes, isGood: false }
}

/** Where nothing came of it for a reason that is no store's: no reason to hold a run that is only to be reported on. */
export function unseen(why: string, mode: SecretsMode, manager: SecretsManager): SecretsOutcome {
  const failed: FailedSecret = {
    reference: 'secret:*',
    store: storeOf(manager),
    problem: 'other',
    message: `no secret is ${mode === 'resolve' ? 'put in its place' : 'looked at'}: ${why}`,
  }
  return { failed: [failed], read: 0, notes: [], isGood: mode === 'report' }
}

function storeOf(manager: SecretsManager): FailedSecret['store'] {
  if (manager === 'gcp') return 'Google Secret Manager'
  if (manager.endsWith('azure-kv')) return 'Azure Key Vault'
  if (manager.endsWith('-ssm')) return 'AWS Parameter Store'
  return manager.endsWith('aws') ? 'AWS Secrets Manager' : 'Kubernetes'
}

function warningOf(reference: string, store: SecretStore): string[] {
  const warning = store.warning?.(secretName(reference))
  return warning === undefined ? [] : [`${JSON.stringify(reference)}: ${warning}`]
}

/** Without the parser's own words, which would quote the payload. */
function jsonIn(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}
