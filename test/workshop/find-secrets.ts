import { createHash } from 'node:crypto'

/** Something of a secret's shape, and where it stands. */
export interface Suspect {
  readonly kind: string
  /** From 1. */
  readonly line: number
  readonly value: string
}

/** Shapes that real credentials have and ordinary text has not. */
const SHAPES: readonly { readonly kind: string; readonly pattern: RegExp }[] = [
  { kind: 'a JSON Web Token', pattern: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/g },
  { kind: 'a private key', pattern: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----\s*(?:\\n)?[\w+/=]{16,}/g },
  { kind: 'an AWS access key', pattern: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g },
  { kind: 'an AWS secret key', pattern: /aws_?secret_?(?:access_?)?key\W{1,8}[A-Za-z0-9/+]{40}\b/gi },
  { kind: 'a GitHub token', pattern: /\b(?:gh[pousr]_\w{36,}|github_pat_\w{60,})/g },
  { kind: 'a GitLab token', pattern: /\bglpat-[\w-]{20,}/g },
  { kind: 'an npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { kind: 'a Slack token', pattern: /\bxox[abprs]-[\w-]{10,}/g },
  { kind: 'a Google API key', pattern: /\bAIza[\w-]{35}/g },
  { kind: 'an Azure storage key', pattern: /AccountKey=[A-Za-z0-9+/]{80,}/g },
  { kind: 'a password in a URL', pattern: /\b(?:https?|wss?|postgres(?:ql)?|mysql|mongodb(?:\+srv)?|amqp|redis):\/\/[\w.%-]+:[^\s@/'"`$<{}]{8,}@[\w.-]+/g },
]

export function findSecrets(text: string): readonly Suspect[] {
  return SHAPES.flatMap(({ kind, pattern }) =>
    [...text.matchAll(pattern)].map((match) => ({ kind, line: text.slice(0, match.index).split('\n').length, value: match[0] })),
  )
}

/** Names a value without telling it. */
export function fingerprint(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, 16)
}

/**
 * The list of values that only look like secrets: `<path> <fingerprint> <why>` a line, `#` before a comment.
 * Gives `<path> <fingerprint>` for each. A line without a reason is an error.
 */
export function parseAllowed(text: string): ReadonlySet<string> {
  const lines = text.split('\n').map((line) => line.trim())
  return new Set(lines.filter((line) => line !== '' && !line.startsWith('#')).map(parseEntry))
}

function parseEntry(line: string): string {
  const entry = /^(\S+ [0-9a-f]{16}) +\S/.exec(line)?.[1]
  if (entry === undefined) throw new Error(`leaked-secrets.allowed: "${line}" must be: <path> <fingerprint> <why>`)
  return entry
}
