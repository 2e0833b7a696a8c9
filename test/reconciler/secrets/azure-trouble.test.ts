import { describe, expect, test } from 'vitest'
import { INGESTION_POD } from '../../../reconciler/secrets/asker.ts'
import { azureTrouble } from '../../../reconciler/secrets/azure-trouble.ts'

const ASKED = { name: 'db', vault: 'acme', client: 'client-1', asker: INGESTION_POD }

function refusal(statusCode: number | undefined, message: string, fields: object = {}): Error {
  return Object.assign(new Error(message), { name: 'RestError', statusCode, code: 'Forbidden', ...fields })
}

/** In Key Vault's own words; the library keeps its inner codes, such as ForbiddenByFirewall, to itself. */
const OF_THE_VAULT = [
  {
    said: 'The user, group or application does not have secrets get permission on key vault acme',
    problem: 'denied',
    mend: 'give client-1 the role "Key Vault Secrets User"',
  },
  { said: 'Caller is not authorized to perform action on resource.\r\nCaller: appid=a', problem: 'denied', mend: 'give client-1 the role' },
  {
    said: 'Client address is not authorized and caller is not a trusted service.\r\nClient address: 203.0.113.7',
    problem: 'denied',
    mend: 'let the network of the cluster into it',
  },
  {
    said: 'Client address (203.0.113.7) is not authorized and caller is not a trusted service',
    problem: 'denied',
    mend: 'let the network of the cluster into it',
  },
  {
    said: 'Public network access is disabled and request is not from a trusted service nor via an approved private link.',
    problem: 'denied',
    mend: 'private endpoint',
  },
  { said: 'Connection is not an approved private link and caller was ignored', problem: 'denied', mend: 'private endpoint' },
  { said: 'Operation get is not allowed on a disabled secret.', problem: 'disabled', mend: 'enable its current version' },
  { said: 'Operation get is not allowed on an expired secret.', problem: 'disabled', mend: 'enable its current version' },
]

describe('a refusal of Key Vault', () => {
  test.each(OF_THE_VAULT)('that says "$said" is told as $problem, and what mends it', ({ said, problem, mend }) => {
    const trouble = azureTrouble(refusal(403, said), ASKED)
    expect(trouble).toMatchObject({ problem, message: expect.stringContaining(mend) })
    expect(trouble.message).toContain(`Key Vault says: ${said.split('\r')[0]}`)
  })

  test('for its network names no role, which would not mend it', () => {
    for (const { said } of OF_THE_VAULT.filter(({ mend }) => /network|endpoint/.test(mend)))
      expect(azureTrouble(refusal(403, said), ASKED).message).not.toContain('Secrets User')
  })

  test.each([
    [404, 'missing'],
    [401, 'expired-token'],
    [400, 'invalid-name'],
    [500, 'unreachable'],
    [503, 'unreachable'],
    [418, 'other'],
  ] as const)('with status %i is told as %s', (status, problem) => {
    expect(azureTrouble(refusal(status, 'no'), ASKED).problem).toBe(problem)
  })

  test('for too many questions brings its wish for how long to wait', () => {
    const response = { headers: { get: () => '7' } }
    expect(azureTrouble(refusal(429, 'slow down', { response }), ASKED)).toMatchObject({ problem: 'throttled', retryAfterMs: 7_000 })
  })
})

describe('a refusal of Entra ID', () => {
  test.each([
    [700_024, 'expired-token', 'clocks of the nodes'],
    [7_000_222, 'expired-token', 'AZURE_CLIENT_SECRET'],
    [7_000_215, 'no-credentials', 'AZURE_CLIENT_SECRET'],
    [700_016, 'no-credentials', 'azure.workload.identity/client-id'],
    [90_002, 'no-credentials', 'tenant-id'],
    [90_055, 'throttled', 'too busy'],
    [90_033, 'unreachable', 'now'],
    [700_213, 'denied', 'federated credential'],
    [70_021, 'denied', 'federated credential'],
  ] as const)('AADSTS%i is told as %s, and what mends it', (number, problem, mend) => {
    const said = `AADSTS${number}: what is wrong. Trace ID: planted`
    const errors = [refusal(401, `invalid_client: ${said}`)]
    for (const error of [
      refusal(401, said, { name: 'AuthenticationError' }),
      refusal(undefined, 'all failed', { name: 'AggregateAuthenticationError', errors }),
    ]) {
      const trouble = azureTrouble(error, ASKED)
      expect(trouble).toMatchObject({ problem, message: expect.stringContaining(mend) })
      expect(trouble.message).not.toContain('planted')
    }
  })
})
