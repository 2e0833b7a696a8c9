import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startConnectProxy } from '../../network/connect-proxy.ts'
import { INGESTION_POD } from '../../../reconciler/secrets/asker.ts'
import { crc32c } from '../../../reconciler/secrets/crc32c.ts'
import { trustExtraCas } from '../../../reconciler/secrets/extra-trust.ts'
import { gcpStore } from '../../../reconciler/secrets/gcp-store.ts'
import { READ_LIMITS, readSecrets } from '../../../reconciler/secrets/read-secrets.ts'
import { type GcpWorld, startGcpWorld } from './gcp-world.ts'
import { secretStoreContract } from './secret-store.contract.ts'

let world: GcpWorld
const NEVER = AbortSignal.timeout(600_000)

beforeAll(async () => {
  world = await startGcpWorld()
})

secretStoreContract(async () => world)

describe('Google Secret Manager', () => {
  const variables = { ...process.env }
  afterAll(() => Object.assign(process.env, variables))

  async function opened(own: Readonly<Record<string, string>> = {}) {
    const environment = { ...(await world.environment('allowed')), ...own }
    for (const name of Object.keys(process.env)) if (/^(GOOGLE|GCE|GCLOUD|METADATA)_/.test(name)) delete process.env[name]
    Object.assign(process.env, environment)
    await trustExtraCas(environment)
    return gcpStore(environment, INGESTION_POD)
  }

  test('is asked for the project of GOOGLE_CLOUD_PROJECT, or else of the credentials', async () => {
    const name = await world.plant('mine')
    expect(await (await opened()).read(name, NEVER)).toEqual({ ok: true, value: 'mine' })
    const elsewhere = await (await opened({ GOOGLE_CLOUD_PROJECT: 'another-project' })).read(name, NEVER)
    expect(elsewhere).toMatchObject({ ok: false, error: { problem: 'missing', message: expect.stringContaining('another-project') } })
  })

  // Google's library asks the metadata server again and again before it gives up.
  test.runIf(process.env['HYBRID_RUNNER_TEST_ALL'] === '1')(
    'is not reached where a proxy is to ask the metadata server, too, and the message names NO_PROXY',
    async () => {
      // As a proxy of a company does, which knows no address of the pod's node.
      const proxy = await startConnectProxy({ refuseWith: 403 })
      try {
        const store = await opened({ HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url, NO_PROXY: '' })
        const result = await store.read(await world.plant('mine'), AbortSignal.timeout(20_000))
        expect(result).toMatchObject({ ok: false, error: { message: expect.stringContaining('set NO_PROXY to metadata.google.internal,169.254.169.254') } })
      } finally {
        await proxy.stop()
      }
    },
  )

  test('that gives a value with another checksum is asked again', async () => {
    const name = await world.plant('whole')
    const store = await opened()
    world.corruptNext()
    expect(await store.read(name, NEVER)).toMatchObject({ ok: false, error: { message: expect.stringContaining('checksum') } })
    world.corruptNext()
    const [read] = await readSecrets([`secret:${name}`], store, { resolver: 'image', limits: READ_LIMITS, random: () => 0 })
    expect(read?.result).toEqual({ ok: true, value: 'whole' })
  })
})

describe('CRC32C', () => {
  // RFC 3720, B.4.
  test.each([
    ['32 zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['0 to 31', Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
    ['nothing', new Uint8Array(), 0],
    ['123456789', Buffer.from('123456789'), 0xe3069283],
  ])('of %s', (_name, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected)
  })
})
