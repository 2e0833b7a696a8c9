import { describe, expect, test } from 'vitest'
import { findSecrets, fingerprint, parseAllowed } from './find-secrets.ts'

/** Put together here, so that this file itself holds nothing of a secret's shape. */
const base64url = (text: string): string => Buffer.from(text).toString('base64url')
const SECRETS: Readonly<Record<string, string>> = {
  'a JSON Web Token': [base64url('{"alg":"RS256"}'), base64url('{"sub":"ingestion-bot"}'), 'c2lnbmF0dXJl'].join('.'),
  'a private key': ['-----BEGIN RSA PRIVATE', 'KEY-----\nMIIEpAIBAAKCAQEA7bq'].join(' '),
  'an AWS access key': ['AKIA', 'ABCDEFGHIJKLMNOP'].join(''),
  'an AWS secret key': ['aws_secret_access_key = ', 'a'.repeat(40)].join(''),
  'a GitHub token': ['ghp', 'a'.repeat(36)].join('_'),
  'a GitLab token': ['glpat', 'a'.repeat(20)].join('-'),
  'an npm token': ['npm', 'a'.repeat(36)].join('_'),
  'a Slack token': ['xoxb', '1'.repeat(12)].join('-'),
  'a Google API key': ['AIza', 'a'.repeat(35)].join(''),
  'an Azure storage key': ['AccountKey', 'a'.repeat(86)].join('='),
  'a password in a URL': ['postgres://collate:', 'hunter2hunter2', '@db.example.com'].join(''),
}

describe('the search for secrets', () => {
  test.each(Object.entries(SECRETS))('finds %s, and its line', (kind, secret) => {
    const found = findSecrets(`first line\nvalue: "${secret}" # third\n`)
    expect(found.map(({ kind: name, line }) => ({ name, line }))).toEqual([{ name: kind, line: 2 }])
  })

  test('leaves ordinary text alone', () => {
    const text = ['eyJhbGciOi is how a token begins', 'secret:prod/database', 'https://user@example.com/path', 'sha256:9f86d081884c7d659a2feaa0c55ad015'].join(
      '\n',
    )
    expect(findSecrets(text)).toEqual([])
  })
})

describe('the list of what only looks like one', () => {
  test('names values by path and fingerprint', () => {
    const line = `test/a.ts ${fingerprint('x')} a dummy`
    expect(parseAllowed(`# comment\n\n${line}\n`)).toEqual(new Set([`test/a.ts ${fingerprint('x')}`]))
  })

  test('wants a reason for each', () => {
    expect(() => parseAllowed(`test/a.ts ${fingerprint('x')}`)).toThrow('<why>')
  })

  test('holds fingerprints that do not tell the value', () => {
    expect(fingerprint('hunter2')).toMatch(/^[0-9a-f]{16}$/)
    expect(fingerprint('hunter2')).not.toBe(fingerprint('hunter3'))
  })
})
