import { writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { KubeLogin } from '../../../reconciler/cluster/kube-login.ts'
import { type MountedSecret, mountSecret } from '../../network/mounted-secret.ts'

let account: MountedSecret
let kubeconfig: MountedSecret
let before: string | undefined
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  account = await mountSecret({ 'token': 'first-token', 'ca.crt': 'first CA' })
  kubeconfig = await mountSecret({ config: configOf('https://first') })
  before = process.env['KUBECONFIG']
  process.env['KUBECONFIG'] = kubeconfig.pathOf('config')
})
afterEach(async () => {
  vi.useRealTimers()
  if (before === undefined) delete process.env['KUBECONFIG']
  else process.env['KUBECONFIG'] = before
  await Promise.all([account.remove(), kubeconfig.remove()])
})

/** Token and CA by file, as the service account of a pod has them. */
function configOf(server: string): string {
  return JSON.stringify({
    'apiVersion': 'v1',
    'kind': 'Config',
    'current-context': 'here',
    'contexts': [{ name: 'here', context: { cluster: 'here', user: 'me' } }],
    'clusters': [{ name: 'here', cluster: { server, 'certificate-authority': account.pathOf('ca.crt') } }],
    'users': [{ name: 'me', user: { 'auth-provider': { name: 'tokenFile', config: { tokenFile: account.pathOf('token') } } } }],
  })
}

test("a service account's CA is read for each call, its token again after a minute", async () => {
  const login = new KubeLogin()
  expect(await login.current()).toMatchObject({ headers: { Authorization: 'Bearer first-token' }, tls: { ca: 'first CA' } })
  await account.update({ 'token': 'second-token', 'ca.crt': 'second CA' })
  expect(await login.current()).toMatchObject({ tls: { ca: 'second CA' } })
  vi.advanceTimersByTime(61_000)
  expect(await login.current()).toMatchObject({ headers: { Authorization: 'Bearer second-token' } })
})

test('a kubeconfig in a mounted Secret is read again after it was swapped', async () => {
  const login = new KubeLogin()
  await kubeconfig.update({ config: configOf('https://second') })
  expect((await login.current()).server).toBe('https://first')
  vi.advanceTimersByTime(5_000)
  expect((await login.current()).server).toBe('https://second')
})

test.each(['', '{ half', '{"clusters": [], "contexts": [], "users": []}'])(
  'a kubeconfig that is %j for a moment changes nothing, and is looked at again',
  async (broken) => {
    const login = new KubeLogin()
    await writeFile(kubeconfig.pathOf('config'), broken)
    vi.advanceTimersByTime(5_000)
    expect((await login.current()).server).toBe('https://first')
    await writeFile(kubeconfig.pathOf('config'), configOf('https://third'))
    vi.advanceTimersByTime(5_000)
    expect((await login.current()).server).toBe('https://third')
  },
)
