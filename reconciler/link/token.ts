import { readFile } from 'node:fs/promises'
import type { Issue } from '../../compiler/issue.ts'
import { err, ok, type Result } from '../../compiler/result.ts'
import { isSecretReference } from '../../compiler/secret-references.ts'
import type { Rereadable } from '../network/keep-fresh.ts'
import type { TokenSource } from './json-rpc-control-plane.ts'
import type { ReadTokenReference } from './token-from-store.ts'

export interface TokenConfig {
  readonly value: string | undefined
  readonly file: string | undefined
}

export interface RunnerToken extends TokenSource, Rereadable {
  /** All tokens this process has had, for the log to redact. */
  readonly known: () => readonly string[]
  /** The same for a timer: a store is not asked each time, for every answer of some costs money. */
  readonly onTimer: Rereadable
}

export interface TokenOptions {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
  readonly storeEveryMs: number
}

/** A rotated secret is found after so long at the latest, and at once when Collate refuses the token. */
const STORE_EVERY_MS = 5 * 60_000

const DEFAULTS: TokenOptions = { now: () => performance.now(), storeEveryMs: STORE_EVERY_MS }

/**
 * The runner's token: the file's content when a file is named, else the variable's value. Where that is a reference,
 * `secret:<name>`, it is the value that the store has under that name. A token that cannot be had is an issue.
 */
export async function loadToken(config: TokenConfig, readReference: ReadTokenReference, options = DEFAULTS): Promise<Result<RunnerToken, Issue[]>> {
  const text = await given(config)
  if (!text.ok) return text
  const first = await resolved(text.value, readReference)
  if (first.ok) return ok(runnerToken(config, { text: text.value, token: first.value }, readReference, options))
  return err([{ code: 'invalid', path: config.file === undefined ? 'AUTH_TOKEN' : 'AUTH_TOKEN_FILE', message: `config.authToken: ${first.error}` }])
}

async function given({ value = '', file }: TokenConfig): Promise<Result<string, Issue[]>> {
  if (file === undefined) return ok(value.trim())
  try {
    const text = await readToken(file)
    return text === '' ? err([fileIssue('is empty')]) : ok(text)
  } catch (error) {
    return err([fileIssue(`cannot be read (${codeOf(error)})`)])
  }
}

interface Reading {
  /** As the file or the variable has it. */
  readonly text: string
  readonly token: string
}

function runnerToken({ file }: TokenConfig, first: Reading, readReference: ReadTokenReference, { now, storeEveryMs }: TokenOptions): RunnerToken {
  const known = [first.token]
  let { text } = first
  let readAtMs = now()
  const take = async (found: string): Promise<boolean> => {
    // A file that is empty for a moment is one that is being written.
    if (found === '') return false
    readAtMs = now()
    const token = await resolved(found, readReference)
    if (!token.ok) throw new Error(token.error)
    text = found
    if (token.value === known.at(-1)) return false
    known.push(token.value)
    return true
  }
  const textOfNow = async (): Promise<string> => (file === undefined ? text : readToken(file))
  const name = file === undefined ? 'AUTH_TOKEN' : 'AUTH_TOKEN_FILE'
  return {
    name,
    current: () => known.at(-1) ?? '',
    known: () => known,
    reread: async () => take(await textOfNow()),
    onTimer: {
      name,
      reread: async () => {
        const found = await textOfNow()
        const isDue = isSecretReference(found) && now() - readAtMs >= storeEveryMs
        return found !== text || isDue ? take(found) : false
      },
    },
  }
}

async function resolved(text: string, readReference: ReadTokenReference): Promise<Result<string, string>> {
  if (!isSecretReference(text)) return ok(text)
  const read = await readReference(text)
  if (!read.ok) return read
  const token = read.value.trim()
  return token === '' ? err(`${JSON.stringify(text)} stands for blanks alone; put the token there`) : ok(token)
}

async function readToken(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).trim()
}

function fileIssue(problem: string): Issue {
  return { code: 'invalid', path: 'AUTH_TOKEN_FILE', message: `the file it names ${problem}; it holds the ingestion bot's token and nothing else` }
}

function codeOf(error: unknown): string {
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.name) : 'unknown error'
}
