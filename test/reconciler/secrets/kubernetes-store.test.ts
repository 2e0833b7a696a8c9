import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { connectSecretReader } from '../../../reconciler/cluster/read-secret.ts'
import { kubernetesStore, namesInKubernetes } from '../../../reconciler/secrets/kubernetes-store.ts'
import { kubeconfigFor } from '../../support/kubeconfig-for.ts'

test.each([
  ['mine', ['mine']],
  ['/my/Database/password', ['my-database-password']],
  ['my/database', ['my-database']],
  ['ünï©', []],
  ['My Database', []],
])('%j may be the Secrets %j: only a path has another name', (name, names) => {
  expect(namesInKubernetes(name)).toEqual(names)
})

const VALUE = 'planted-s3cret'

/** What the store says when the API server answers that. */
async function troubleWith(status: number, body: string): Promise<{ readonly problem: string; readonly message: string }> {
  const server = createServer((_, response) => response.writeHead(status).end(body))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const folder = await mkdtemp(join(tmpdir(), 'kubernetes-store-'))
  onTestFinished(async () => {
    vi.unstubAllEnvs()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true })
  })
  const kubeconfig = join(folder, 'kubeconfig')
  const { port } = server.address() as AddressInfo
  await writeFile(kubeconfig, JSON.stringify(kubeconfigFor(port)))
  vi.stubEnv('KUBECONFIG', kubeconfig)
  const result = await kubernetesStore('collate', () => connectSecretReader('collate')).read('mine', AbortSignal.timeout(20_000))
  return result.ok ? expect.fail('a value came') : result.error
}

test.each([
  { status: 200, body: `${VALUE} is no JSON`, problem: 'unreachable', says: 'no JSON came' },
  { status: 200, body: `{"data":{"value":"${VALUE}`, problem: 'unreachable', says: 'no JSON came' },
  { status: 500, body: `cannot decrypt ${VALUE}`, problem: 'unreachable', says: 'HTTP 500, Unavailable' },
  { status: 503, body: `{"reason":"${VALUE}","message":"${VALUE}"}`, problem: 'unreachable', says: 'HTTP 503, Unavailable' },
  { status: 422, body: `{"reason":"Invalid","message":"${VALUE}"}`, problem: 'other', says: 'HTTP 422, Invalid' },
  { status: 403, body: VALUE, problem: 'denied', says: 'this account may not read' },
])('an answer that holds part of a Secret is told of by its number alone: $status $body', async ({ status, body, problem, says }) => {
  const trouble = await troubleWith(status, body)
  expect(trouble).toMatchObject({ problem, message: expect.stringContaining(says) })
  expect(JSON.stringify(trouble)).not.toContain(VALUE.slice(0, 7))
})

test('a Secret of many keys, none of which is the one, is told with some of them', async () => {
  const data = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`file-${index}`, 'eA==']))
  const store = kubernetesStore('collate', () => async () => ({ data }))
  const message = expect.stringMatching(/has no key "value", only "file-0", .*"file-4" and 95 more; put the value there/)
  expect(await store.read('mine', AbortSignal.timeout(20_000))).toMatchObject({ ok: false, error: { problem: 'missing', message } })
})

test('a pod without a token of its account is told which value gives it one, and not to name a kubeconfig first', async () => {
  vi.stubEnv('KUBECONFIG', '/nowhere')
  onTestFinished(() => void vi.unstubAllEnvs())
  const result = await kubernetesStore('collate', () => connectSecretReader('collate')).read('mine', AbortSignal.timeout(20_000))
  const message = expect.stringMatching(
    /no token of its service account .*"mine".*config\.ingestionPods\.serviceAccount\.automount.*outside of a pod: KUBECONFIG/,
  )
  expect(result).toMatchObject({ ok: false, error: { problem: 'no-credentials', message } })
})
