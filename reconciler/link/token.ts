import { readFile } from 'node:fs/promises'
import type { TokenSource } from './json-rpc-control-plane.ts'

export interface TokenConfig {
  readonly value: string | undefined
  readonly file: string | undefined
}

export interface RunnerToken extends TokenSource {
  /** All tokens this process has had, for the log to redact. */
  readonly known: () => readonly string[]
}

/** The runner's token: the file's content when a file is named, else the variable's value. Throws when the file cannot be read. */
export async function loadToken({ value, file }: TokenConfig): Promise<RunnerToken> {
  const read = async (): Promise<string> => (file === undefined ? (value ?? '') : (await readFile(file, 'utf8')).trim())
  const known = [await read()]
  return {
    current: () => known.at(-1) ?? '',
    known: () => known,
    reread: async () => {
      const token = await read()
      // A file that is empty for a moment is one that is being written.
      if (token === '' || token === known.at(-1)) return false
      known.push(token)
      return true
    },
  }
}
