import { createHash } from 'node:crypto'

/** The bearer tokens that are accepted, by name. Only their digests are held, so no token can leave by the control API. */
export interface Tokens {
  /** The name of the token in an Authorization header, `unknown` for any other token, null for none. */
  nameOf(authorization: string | undefined): string | null
  replace(tokens: Readonly<Record<string, string>>): void
}

export const UNKNOWN_TOKEN = 'unknown'

export function createTokens(initial: Readonly<Record<string, string>>): Tokens {
  let names = namesByDigest(initial)
  return {
    nameOf: (authorization) => {
      const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
      if (token === undefined) return null
      return names.get(digest(token)) ?? UNKNOWN_TOKEN
    },
    replace: (tokens) => {
      names = namesByDigest(tokens)
    },
  }
}

const digest = (token: string): string => createHash('sha256').update(token).digest('hex')

const namesByDigest = (tokens: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(tokens).map(([name, token]) => [digest(token), name]))
