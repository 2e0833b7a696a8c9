import { secretName, secretNameInImage } from '../../compiler/secret-references.ts'
import { err, ok, type Result } from '../../compiler/result.ts'
import { type Backoff, fullJitterDelayMs } from '../queue/full-jitter.ts'
import { sleep } from '../queue/sleep.ts'
import { quoted, type SecretStore, type SecretTrouble } from './secret-store.ts'

export interface ReadLimits {
  /** References that are read side by side. */
  readonly atOnce: number
  /** Of one reference, all its tries together. */
  readonly referenceMs: number
  /** Of all. */
  readonly totalMs: number
  readonly backoff: Backoff
}

export const READ_LIMITS: ReadLimits = { atOnce: 4, referenceMs: 10_000, totalMs: 30_000, backoff: { baseMs: 200, capMs: 4_000 } }

/** Only what may pass by itself is tried again. */
const MOST_TRIES: Readonly<Partial<Record<SecretTrouble['problem'], number>>> = { throttled: 8, unreachable: 3 }

/** What mends the silence of a store whose address takes connections and gives no answer, as one behind a firewall may. */
const WAY_TO: Readonly<Record<SecretStore['store'], string>> = {
  'Kubernetes': 'let the pod out to the API server, and see that it has time to answer',
  'AWS Secrets Manager': 'let the pod out to secretsmanager.<region>.amazonaws.com and sts.<region>.amazonaws.com, or give it a VPC endpoint or HTTPS_PROXY',
  'AWS Parameter Store': 'let the pod out to ssm.<region>.amazonaws.com',
  'Azure Key Vault': 'let the pod out to <vault>.vault.azure.net and login.microsoftonline.com, or give it HTTPS_PROXY',
  'Google Secret Manager': 'let the pod out to secretmanager.googleapis.com, or give it HTTPS_PROXY',
}

export interface ReadOptions {
  /** Who asks for the values in the end: the ingestion image, which knows no name with `secret:` in it, or this program. */
  readonly resolver: 'image' | 'here'
  /** Without it each is thrown away as soon as it was read, and stands as an empty text. */
  readonly keepsValues?: boolean
  readonly limits: ReadLimits
  /** In [0, 1). */
  readonly random: () => number
}

export interface ReadReference {
  readonly reference: string
  readonly result: Result<string, SecretTrouble>
}

/** Reads every reference, in their order. Takes no longer than the limits say, whatever the store does, and never throws. */
export async function readSecrets(references: readonly string[], store: SecretStore, options: ReadOptions): Promise<ReadReference[]> {
  const all = AbortSignal.timeout(options.limits.totalMs)
  const results: ReadReference[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let index = next++; index < references.length; index = next++) {
      const reference = references[index] ?? ''
      const result = await readReference(reference, store, options, all)
      results[index] = { reference, result: result.ok && options.keepsValues === false ? ok('') : result }
    }
  }
  await Promise.all(Array.from({ length: Math.min(options.limits.atOnce, references.length) }, worker))
  return results
}

async function readReference(reference: string, store: SecretStore, options: ReadOptions, all: AbortSignal): Promise<Result<string, SecretTrouble>> {
  const name = secretName(reference)
  const broken = nameTrouble(name, secretNameInImage(reference), options.resolver)
  if (broken !== undefined) return err(broken)
  const { limits, random } = options
  if (all.aborted) return err({ problem: 'other', message: `${quoted(name)} was not looked at, as the time of ${limits.totalMs / 1000} s was over` })
  const signal = AbortSignal.any([all, AbortSignal.timeout(limits.referenceMs)])
  let last: SecretTrouble = {
    problem: 'unreachable',
    message: `${store.store} has given no answer about ${quoted(name)} in the time that there was; ${WAY_TO[store.store]}`,
  }
  for (let tries = 1; !signal.aborted; tries += 1) {
    const result = await readOnce(name, store, signal)
    if (result === undefined) break
    if (result.ok) return result
    last = result.error
    if (tries >= (MOST_TRIES[last.problem] ?? 1)) break
    await sleep(Math.max(last.retryAfterMs ?? 0, fullJitterDelayMs(tries, limits.backoff, random())), signal)
  }
  return err(last)
}

function nameTrouble(name: string, inImage: string, resolver: ReadOptions['resolver']): SecretTrouble | undefined {
  if (name === '') return { problem: 'invalid-name', message: 'a reference without a name; write secret:<name>' }
  if (resolver === 'here' || name === inImage) return undefined
  const mend = 'give the name of the secret in place of its ARN, or set config.secretsCheck to resolve'
  return { problem: 'invalid-name', message: `the ingestion image drops each "secret:" of a reference, so it would ask for ${quoted(inImage)}; ${mend}` }
}

/** undefined when the time is over first: not every library listens to a signal in all that it does. */
async function readOnce(name: string, store: SecretStore, signal: AbortSignal): Promise<Result<string, SecretTrouble> | undefined> {
  const over = Promise.withResolvers<undefined>()
  const end = (): void => over.resolve(undefined)
  signal.addEventListener('abort', end, { once: true })
  try {
    const result = await Promise.race([store.read(name, signal), over.promise])
    return signal.aborted && result?.ok !== true ? undefined : result
  } catch (error) {
    // Not its text, which may quote what was read.
    return err({ problem: 'other', message: `reading ${quoted(name)} failed in this program: ${error instanceof Error ? error.name : 'unknown'}` })
  } finally {
    signal.removeEventListener('abort', end)
  }
}
