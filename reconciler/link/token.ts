import { readFile } from 'node:fs/promises'
import type { Issue } from '../../compiler/issue.ts'
import { err, ok, type Result } from '../../compiler/result.ts'
import type { Rereadable } from '../network/keep-fresh.ts'
import type { TokenSource } from './json-rpc-control-plane.ts'

export interface TokenConfig {
  readonly value: string | undefined
  readonly file: string | undefined
}

export interface RunnerToken extends TokenSource, Rereadable {
  /** All tokens this process has had, for the log to redact. */
  readonly known: () => readonly string[]
}

/** The runner's token: the file's content when a file is named, else the variable's value. A file without a token is an issue. */
export async function loadToken({ value, file }: TokenConfig): Promise<Result<RunnerToken, Issue[]>> {
  try {
    const first = file === undefined ? (value ?? '') : await readToken(file)
    return first === '' && file !== undefined ? err([fileIssue('is empty')]) : ok(runnerToken(first, file))
  } catch (error) {
    return err([fileIssue(`cannot be read (${codeOf(error)})`)])
  }
}

function runnerToken(first: string, file: string | undefined): RunnerToken {
  const known = [first]
  return {
    name: 'AUTH_TOKEN_FILE',
    current: () => known.at(-1) ?? '',
    known: () => known,
    reread: async () => {
      const token = file === undefined ? first : await readToken(file)
      // A file that is empty for a moment is one that is being written.
      if (token === '' || token === known.at(-1)) return false
      known.push(token)
      return true
    },
  }
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
