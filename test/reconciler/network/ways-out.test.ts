/** The three clients through real proxies: one that only connects, and one that opens TLS with a CA of its own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { connectKubeCluster } from '../../../reconciler/cluster/kube-cluster.ts'
import { collateRestClient } from '../../../reconciler/collate/rest-client.ts'
import { connectPath } from '../../../reconciler/link/protocol.ts'
import { openSocket } from '../../../reconciler/link/socket.ts'
import { loadExtraCas } from '../../../reconciler/network/extra-cas.ts'
import { type Network, networkOf } from '../../../reconciler/network/network.ts'
import { openTunnel } from '../../../reconciler/network/tunnel.ts'
import { type Collate, startCollate } from '../../collate/client.ts'
import { must } from '../../compiler/examples/must.ts'
import { type CertificateAuthority, createAuthority, type KeyPair } from '../../network/certificate-authority.ts'
import { type ConnectProxy, type ProxyOptions, startConnectProxy } from '../../network/connect-proxy.ts'
import { startTlsFront } from '../../network/tls-front.ts'

const HOST = 'collate.test'
const CREDENTIALS = 'runner:s@cret/äöü'

let folder: string
let collate: Collate
let authority: CertificateAuthority
let certificate: KeyPair
let front: Awaited<ReturnType<typeof startTlsFront>>
const proxies: ConnectProxy[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ways-out-'))
  collate = await startCollate({ serverVersion: '1.11.1' })
  authority = await createAuthority()
  certificate = await authority.sign(`DNS:${HOST}`)
  front = await startTlsFront(certificate, collate.port)
  await writeFile(join(folder, 'ca.pem'), authority.certificate)
})
afterEach(async () => {
  await Promise.all(proxies.splice(0).map(async (proxy) => proxy.stop()))
})
afterAll(async () => {
  await front.stop()
  await collate.stop()
  await authority.remove()
  await rm(folder, { recursive: true })
})

/** A proxy that knows the way to the name, behind which stands TLS of its own or, for one that intercepts, none. */
async function aProxy(options: ProxyOptions = {}): Promise<ConnectProxy> {
  const proxy = await startConnectProxy({ names: { [`${HOST}:443`]: options.intercept === undefined ? front.port : collate.port }, ...options })
  proxies.push(proxy)
  return proxy
}

async function networkThrough(
  proxy: string | undefined,
  { caFile = 'ca.pem', noProxy = '' }: { caFile?: string | null; noProxy?: string } = {},
): Promise<Network> {
  const extraCas = must(await loadExtraCas(caFile === null ? [] : [{ variable: 'EXTRA_CA_FILE', path: join(folder, caFile) }]))
  return networkOf({ httpProxy: proxy, httpsProxy: proxy, noProxy }, extraCas)
}

const CLIENTS = [
  {
    client: 'REST',
    call: async (network: Network, base = `https://${HOST}`): Promise<unknown> =>
      collateRestClient({ apiUrl: `${base}/api`, token: () => collate.tokens['runner'] ?? '', network }).serverVersion(),
    good: '1.11.1',
  },
  {
    client: 'the link',
    call: async (network: Network, base = `https://${HOST}`): Promise<unknown> => {
      const address = `${base.replace(/^http/, 'ws')}${connectPath(`of-${crypto.randomUUID()}`)}`
      const nothing = (): void => undefined
      const socket = await openSocket(address, collate.tokens['runner'] ?? '', { onText: nothing, onBinary: nothing, onClose: nothing }, network)
      socket.terminate()
      return 'open'
    },
    good: 'open',
  },
] as const

async function failureOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(Error)
  return JSON.stringify(error, [...Object.getOwnPropertyNames(error), 'message', 'cause', 'stack'])
}

const SECRETS = ['s@cret', encodeURIComponent('s@cret'), Buffer.from(CREDENTIALS).toString('base64')]

describe.each(CLIENTS)('$client', ({ call, good }) => {
  test('goes through a proxy, by the name that only the proxy can resolve', async () => {
    const proxy = await aProxy()
    expect(await call(await networkThrough(proxy.url))).toBe(good)
    expect(proxy.connects).toEqual([`${HOST}:443`])
  })

  test('gives the proxy its credentials, percent-decoded', async () => {
    const proxy = await aProxy({ credentials: CREDENTIALS })
    expect(await call(await networkThrough(proxy.url))).toBe(good)
    expect([proxy.connects.length, proxy.refusals()]).toEqual([1, 0])
  })

  test('without credentials is told so by the proxy, and an error never shows those it has', async () => {
    const proxy = await aProxy({ credentials: CREDENTIALS })
    const wrong = proxy.url.replace(/\/\/.*@/, `//other:${encodeURIComponent('s@cret')}@`)
    for (const address of [proxy.url.replace(/\/\/.*@/, '//'), wrong]) {
      const failure = await failureOf(call(await networkThrough(address)))
      expect(failure).toContain('407')
      for (const secret of SECRETS) expect(failure).not.toContain(secret)
    }
    expect(proxy.connects).toEqual([])
  })

  test('is refused by a proxy that does not go there, and fails when there is no proxy', async () => {
    const proxy = await aProxy({ refuseWith: 403 })
    expect(await failureOf(call(await networkThrough(proxy.url)))).toContain('403')
    await proxy.stop()
    expect(await failureOf(call(await networkThrough(proxy.url)))).toContain('ECONNREFUSED')
  })

  test('trusts a proxy that opens TLS only with its CA', async () => {
    const proxy = await aProxy({ intercept: certificate })
    expect(await call(await networkThrough(proxy.url))).toBe(good)
    expect(await failureOf(call(await networkThrough(proxy.url, { caFile: null })))).toMatch(/certificate|issuer/i)
  })

  test('takes no certificate of another name, whoever signed it', async () => {
    const proxy = await aProxy({ intercept: await authority.sign('DNS:other.test') })
    expect(await failureOf(call(await networkThrough(proxy.url)))).toMatch(/altnames|ERR_TLS_CERT_ALTNAME_INVALID/)
  })

  test('goes past the proxy where NO_PROXY says so, with the CA all the same', async () => {
    const proxy = await aProxy()
    const own = await startTlsFront(await authority.sign('DNS:localhost,IP:127.0.0.1'), collate.port)
    expect(await call(await networkThrough(proxy.url, { noProxy: 'localhost' }), `https://localhost:${own.port}`)).toBe(good)
    expect(await call(await networkThrough(proxy.url, { noProxy: '127.0.0.0/8' }), `https://127.0.0.1:${own.port}`)).toBe(good)
    expect(proxy.connects).toEqual([])
    await own.stop()
  })

  test('goes through a proxy to an address that is not encrypted, too', async () => {
    const proxy = await aProxy({ credentials: CREDENTIALS })
    expect(await call(await networkThrough(proxy.url), collate.url)).toBe(good)
    expect(proxy.connects.length + proxy.forwarded.length).toBe(1)
  })

  test('trusts a new CA as soon as its file has been read again, and the old one no more', async () => {
    const path = join(folder, 'rotated.pem')
    await writeFile(path, authority.certificate)
    const extraCas = must(await loadExtraCas([{ variable: 'EXTRA_CA_FILE', path }]))
    const next = await createAuthority('next')
    const [oldProxy, newProxy] = [await aProxy({ intercept: certificate }), await aProxy({ intercept: await next.sign(`DNS:${HOST}`) })]
    const networkTo = (proxy: ConnectProxy): Network => networkOf({ httpProxy: undefined, httpsProxy: proxy.url, noProxy: '' }, extraCas)
    await failureOf(call(networkTo(newProxy)))
    await writeFile(path, next.certificate)
    expect(await extraCas.reread()).toBe(true)
    expect(await call(networkTo(newProxy))).toBe(good)
    await failureOf(call(networkTo(oldProxy)))
    await next.remove()
  })
})

test('a REST client that stays uses a CA that was rotated from its next call on', async () => {
  const path = join(folder, 'kept.pem')
  const other = await createAuthority('other')
  await writeFile(path, other.certificate)
  const extraCas = must(await loadExtraCas([{ variable: 'EXTRA_CA_FILE', path }]))
  const proxy = await aProxy({ intercept: certificate })
  const network = networkOf({ httpProxy: undefined, httpsProxy: proxy.url, noProxy: '' }, extraCas)
  const api = collateRestClient({ apiUrl: `https://${HOST}/api`, token: () => '', network })
  await expect(api.serverVersion()).rejects.toMatchObject({ code: 'Unavailable' })
  await writeFile(path, `${other.certificate}\n${authority.certificate}`)
  await extraCas.reread()
  expect(await api.serverVersion()).toBe('1.11.1')
  await other.remove()
})

test('a proxy that never answers is given up after its time', async () => {
  const proxy = await aProxy({ isSilent: true })
  await expect(openTunnel(`wss://${HOST}`, proxy.url, await networkThrough(proxy.url), 200)).rejects.toThrow(/127\.0\.0\.1:\d+ cannot be reached/)
  expect(proxy.connects).toHaveLength(1)
})

describe('the Kubernetes client', () => {
  const kubeconfigFor = async (cluster: object): Promise<string> => {
    const path = join(folder, `kubeconfig-${crypto.randomUUID()}`)
    const contexts = [{ name: 'here', context: { cluster: 'here', user: 'me' } }]
    const config = {
      'apiVersion': 'v1',
      'kind': 'Config',
      'current-context': 'here',
      contexts,
      'clusters': [{ name: 'here', cluster }],
      'users': [{ name: 'me', user: {} }],
    }
    await writeFile(path, JSON.stringify(config))
    return path
  }
  /** `GET /version` of a TLS server with the authority's certificate. It is Collate, which knows no such path: 404 is its word. */
  const ask = async (kubeconfig: string, network: Network): Promise<string> => {
    const before = process.env['KUBECONFIG']
    process.env['KUBECONFIG'] = kubeconfig
    try {
      return await connectKubeCluster({ namespace: 'collate', network })
        .version()
        .catch((error: { code: string; message: string }) => `${error.code}: ${error.message}`)
    } finally {
      if (before === undefined) delete process.env['KUBECONFIG']
      else process.env['KUBECONFIG'] = before
    }
  }
  const ca = (): string => Buffer.from(authority.certificate).toString('base64')

  test("goes past the environment's proxy", async () => {
    const proxy = await aProxy()
    const own = await startTlsFront(await authority.sign('DNS:localhost'), collate.port)
    const kubeconfig = await kubeconfigFor({ 'server': `https://localhost:${own.port}`, 'certificate-authority-data': ca() })
    expect(await ask(kubeconfig, await networkThrough(proxy.url, { caFile: null }))).toMatch(/^NotFound/)
    expect(proxy.connects).toEqual([])
    await own.stop()
  })

  test('goes through the proxy that the kubeconfig names, with its credentials', async () => {
    const proxy = await aProxy({ credentials: CREDENTIALS })
    const kubeconfig = await kubeconfigFor({ 'server': `https://${HOST}`, 'certificate-authority-data': ca(), 'proxy-url': proxy.url })
    expect(await ask(kubeconfig, await networkThrough(undefined, { caFile: null }))).toMatch(/^NotFound/)
    expect(proxy.connects).toEqual([`${HOST}:443`])
  })

  test('without the right credentials fails with the status and without a secret', async () => {
    const proxy = await aProxy({ credentials: CREDENTIALS })
    const wrong = proxy.url.replace('runner:', 'other:')
    const kubeconfig = await kubeconfigFor({ 'server': `https://${HOST}`, 'certificate-authority-data': ca(), 'proxy-url': wrong })
    const failure = await ask(kubeconfig, await networkThrough(undefined, { caFile: null }))
    expect(failure).toMatch(/^Unavailable:.*407/)
    for (const secret of SECRETS) expect(failure).not.toContain(secret)
  })

  test('trusts an intercepting proxy of the kubeconfig with the extra CA beside its own', async () => {
    const proxy = await aProxy({ intercept: certificate })
    const other = await createAuthority('cluster')
    const data = Buffer.from(other.certificate).toString('base64')
    const kubeconfig = await kubeconfigFor({ 'server': `https://${HOST}`, 'certificate-authority-data': data, 'proxy-url': proxy.url })
    expect(await ask(kubeconfig, await networkThrough(undefined, { caFile: null }))).toMatch(/^Unavailable/)
    expect(await ask(kubeconfig, await networkThrough(undefined))).toMatch(/^NotFound/)
    await other.remove()
  })
})
