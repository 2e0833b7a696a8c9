import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { networkChecks } from '../../../reconciler/doctor/check-network.ts'
import type { Finding } from '../../../reconciler/doctor/finding.ts'
import { runChecks } from '../../../reconciler/doctor/run-checks.ts'
import type { Network } from '../../../reconciler/network/network.ts'
import { type CertificateAuthority, createAuthority } from '../../network/certificate-authority.ts'
import { type ConnectProxy, type ProxyOptions, startConnectProxy } from '../../network/connect-proxy.ts'
import { startTlsFront } from '../../network/tls-front.ts'

const DAY_MS = 86_400_000

let authority: CertificateAuthority
let front: Awaited<ReturnType<typeof startTlsFront>>
let otherHost: Awaited<ReturnType<typeof startTlsFront>>
const proxies: ConnectProxy[] = []
beforeAll(async () => {
  authority = await createAuthority()
  front = await startTlsFront(await authority.sign('DNS:localhost,DNS:collate.test'), 1)
  otherHost = await startTlsFront(await authority.sign('DNS:elsewhere.test'), 1)
})
afterEach(async () => {
  await Promise.all(proxies.splice(0).map(async (proxy) => proxy.stop()))
})
afterAll(async () => {
  await front.stop()
  await otherHost.stop()
  await authority.remove()
})

async function aProxy(options: ProxyOptions = {}): Promise<string> {
  const proxy = await startConnectProxy({ names: { 'collate.test:443': front.port }, ...options })
  proxies.push(proxy)
  return proxy.url
}

function network({ proxy, isTrusted = true }: { readonly proxy?: string; readonly isTrusted?: boolean } = {}): Network {
  return { proxyFor: () => proxy, extraCas: () => (isTrusted ? [authority.certificate] : []) }
}

async function look(address: string, way: Network, nowMs = Date.now()): Promise<Finding[]> {
  return runChecks(
    networkChecks('of Collate', address, way, () => nowMs),
    10_000,
  )
}

describe('the way to Collate', () => {
  test('is well when the name is known and the certificate trusted', async () => {
    const findings = await look(`https://localhost:${front.port}`, network(), Date.now() - 30 * DAY_MS)
    expect(findings).toMatchObject([
      { check: 'dns of Collate', status: 'ok' },
      { check: 'tls of Collate', status: 'ok', message: expect.stringContaining('own CA') },
    ])
  }, 20_000)

  test.each([
    { name: 'of a CA that nobody trusts', address: () => `https://localhost:${front.port}`, isTrusted: false, status: 'fail', says: 'EXTRA_CA_FILE' },
    { name: 'of another host', address: () => `wss://localhost:${otherHost.port}`, isTrusted: true, status: 'fail', says: 'SERVER_URL' },
  ])('is told with the mend when the certificate is $name', async ({ address, isTrusted, status, says }) => {
    expect((await look(address(), network({ isTrusted })))[1]).toMatchObject({ status, remedy: expect.stringContaining(says) })
  })

  test('is told before the certificate expires', async () => {
    expect((await look(`https://localhost:${front.port}`, network()))[1]).toMatchObject({
      status: 'warn',
      message: expect.stringMatching(/good for [01] more days/),
    })
    expect((await look(`https://localhost:${front.port}`, network(), Date.now() - 30 * DAY_MS))[1]).toMatchObject({ status: 'ok' })
  })

  test('has no certificate to look at where it is not encrypted: the configuration tells of that', async () => {
    expect((await look(`http://localhost:${front.port}`, network())).map(({ check }) => check)).toEqual(['dns of Collate'])
  })

  test('leads through a proxy that knows the name', async () => {
    const findings = await look('https://collate.test', network({ proxy: await aProxy() }), Date.now() - 30 * DAY_MS)
    expect(findings).toMatchObject([
      { check: 'proxy of Collate', status: 'ok' },
      { check: 'tls of Collate', status: 'ok' },
    ])
  })

  test('is told when the proxy wants other credentials, which are not shown', async () => {
    const proxy = await aProxy({ credentials: 'runner:planted-password' })
    const findings = await look('https://collate.test', network({ proxy: proxy.replace('planted', 'wrong') }))
    expect(findings).toMatchObject([
      { status: 'fail', message: expect.stringContaining('407'), remedy: expect.stringContaining('HTTPS_PROXY') },
      { status: 'fail' },
    ])
    expect(JSON.stringify(findings)).not.toContain('wrong-password')
  })

  test('is told when the name is not known', async () => {
    expect(await look('https://no-such-host.invalid', network())).toMatchObject([{ status: 'fail' }, { status: 'fail' }])
  })
})
