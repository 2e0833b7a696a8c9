/** The whole runner behind a company's proxy that wants credentials and opens TLS, with files that are rotated under it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PATIENCE_MS } from '../cluster/waiting.ts'
import { type CertificateAuthority, createAuthority, type KeyPair } from '../network/certificate-authority.ts'
import { type ConnectProxy, startConnectProxy } from '../network/connect-proxy.ts'
import { type MountedSecret, mountSecret } from '../network/mounted-secret.ts'
import { openPlace, type Place, startServer } from '../scenario/place.ts'
import { accepted, historyOf } from '../scenario/run-story.ts'
import { prepareScenario, type Scenario } from '../scenario/scenario.ts'
import { untilSettled } from '../scenario/settled.ts'

const HOST = 'collate.test'
const PASSWORD = 's@cret-of-the-proxy'

let place: Place
let authority: CertificateAuthority
let certificate: KeyPair
beforeAll(async () => {
  place = await openPlace({ namespacePrefix: 'ways-out' })
  authority = await createAuthority()
  certificate = await authority.sign(`DNS:${HOST}`)
})
afterAll(async () => {
  await place?.stop()
  await authority?.remove()
})

interface Stage {
  readonly scenario: Scenario
  readonly proxy: ConnectProxy
  readonly files: MountedSecret
}

/** A runner that knows Collate by a name which only the proxy can resolve. */
async function behindProxy(agentId: string, ca: string, body: (stage: Stage) => Promise<void>): Promise<void> {
  const collate = await startServer()
  const proxy = await startConnectProxy({ credentials: `runner:${PASSWORD}`, intercept: certificate, names: { [`${HOST}:443`]: collate.port } })
  const files = await mountSecret({ token: collate.tokens['runner'] ?? '', ca })
  const environment = {
    SERVER_URL: `wss://${HOST}`,
    SERVER_HOST_API_URL: `https://${HOST}/api`,
    HTTPS_PROXY: proxy.url,
    EXTRA_CA_FILE: files.pathOf('ca'),
    AUTH_TOKEN_FILE: files.pathOf('token'),
    LOG_LEVEL: 'debug',
  }
  const scenario = await prepareScenario({ place, agentId, ownCollate: collate, environment })
  try {
    await body({ scenario, proxy, files })
    for (const form of [PASSWORD, encodeURIComponent(PASSWORD), Buffer.from(`runner:${PASSWORD}`).toString('base64')])
      expect(scenario.runner().output).not.toContain(form)
    // Collate and nothing else: the Kubernetes API is reached directly.
    expect(new Set(proxy.connects)).toEqual(new Set([`${HOST}:443`]))
  } finally {
    await scenario.stop()
    await proxy.stop()
    await files.remove()
  }
}

describe.concurrent('a runner behind a proxy', () => {
  test('links, runs and reports through it, and shows its password nowhere', async () => {
    await behindProxy('behind-proxy', authority.certificate, async ({ scenario, proxy }) => {
      await scenario.startRunner()
      const { runId } = await accepted(scenario, { end: 'none' })
      expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
      expect(await historyOf(scenario, runId)).toEqual(['running by bot', 'success by runner'])
      proxy.cut()
      await scenario.collate.waitForConnections({ agentId: scenario.agentId, count: 2, status: 101 })
    })
  })

  test('whose CA comes only later links as soon as its file holds it, without a restart', async () => {
    const other = await createAuthority('other')
    await behindProxy('late-ca', other.certificate, async ({ scenario, files }) => {
      // From the first hello on the server wishes for ten minutes between two connects.
      await scenario.collate.configure({ retryAfterMs: 600_000 })
      const runner = scenario.launchRunner()
      const line = await runner.waitForLine(({ msg }) => msg === 'no link to Collate; trying again')
      expect(line['reason']).toMatch(/certificate/i)
      await files.update({ token: scenario.collate.tokens['runner'] ?? '', ca: authority.certificate })
      await runner.waitForLine(({ msg, file }) => msg === 'a file has changed and was read anew' && file === 'EXTRA_CA_FILE')
      await scenario.collate.waitForRunner(scenario.agentId, 'Active')

      await scenario.collate.cut()
      await runner.waitForLine(({ msg, delayMs }) => msg === 'no link to Collate; trying again' && Number(delayMs) > PATIENCE_MS)
      await files.update({ token: scenario.collate.tokens['runner'] ?? '', ca: authority.certificate + other.certificate })
      await scenario.collate.waitForConnections({ agentId: scenario.agentId, count: 2, status: 101 })
    })
    await other.remove()
  })

  test('whose token is rotated keeps its link, and calls with the new token', async () => {
    await behindProxy('new-token', authority.certificate, async ({ scenario, files }) => {
      const runner = await scenario.startRunner()
      const { runner: _, ...others } = scenario.collate.tokens
      await scenario.collate.setTokens({ ...others, runner: 'issued-later' })
      await files.update({ token: 'issued-later\n', ca: authority.certificate })
      await runner.waitForLine(({ msg, file }) => msg === 'a file has changed and was read anew' && file === 'AUTH_TOKEN_FILE')
      const { runId } = await accepted(scenario, { end: 'none' })
      expect(await untilSettled(scenario, runId)).toMatchObject({ state: 'success' })
      expect((await scenario.collate.requests()).filter(({ status }) => status === 401)).toEqual([])
      expect(await scenario.collate.connections()).toHaveLength(1)
      expect(runner.output).not.toContain('issued-later')
    })
  })
})
