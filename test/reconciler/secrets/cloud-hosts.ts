import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from '../../../compiler/environment.ts'
import { createAuthority } from '../../network/certificate-authority.ts'
import { startConnectProxy } from '../../network/connect-proxy.ts'
import type { Bend } from './broken-answers.ts'

export interface Question {
  readonly host: string
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

export type Host = (question: Question) => Answer | Promise<Answer>

/** Servers of a cloud under their own names: who asks goes through a proxy that knows them, and trusts their CA. */
export interface CloudHosts {
  /** For files of a pod. */
  readonly folder: string
  /** What has a program reach them. */
  readonly variables: Environment
  /** Hosts that were asked for, `name:443`, in order. */
  readonly connects: readonly string[]
  /** Has the host answer otherwise from now on; without `bend`, as it should again. */
  bend(host: string, bend: Bend | undefined): void
  stop(): Promise<void>
}

export interface CloudHostsOptions {
  /** Where those who ask find this machine: pods by an address of its own. */
  readonly reachedBy?: string
}

export async function startCloudHosts(hosts: Readonly<Record<string, Host>>, { reachedBy = '127.0.0.1' }: CloudHostsOptions = {}): Promise<CloudHosts> {
  const folder = await mkdtemp(join(tmpdir(), 'cloud-'))
  const authority = await createAuthority('cloud')
  const names = Object.keys(hosts)
  const bends = new Map<string, Bend>()
  const server = createServer(await authority.sign(names.map((name) => `DNS:${name}`).join(',')), (incoming, outgoing) => {
    void answerTo(incoming, hosts, bends).then(({ status, headers, body }) =>
      outgoing.writeHead(status, { 'content-type': 'application/json', ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body)),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const proxy = await startConnectProxy({ host: reachedBy, names: Object.fromEntries(names.map((name) => [`${name}:443`, port])) })
  const EXTRA_CA_FILE = join(folder, 'ca.crt')
  await writeFile(EXTRA_CA_FILE, authority.certificate)
  return {
    folder,
    variables: { EXTRA_CA_FILE, HTTPS_PROXY: proxy.url, NO_PROXY: reachedBy },
    connects: proxy.connects,
    bend: (host, bend) => void (bend === undefined ? bends.delete(host) : bends.set(host, bend)),
    stop: async () => {
      await proxy.stop()
      server.closeAllConnections()
      server.close()
      await Promise.all([authority.remove(), rm(folder, { recursive: true, force: true })])
    },
  }
}

async function answerTo(incoming: IncomingMessage, hosts: Readonly<Record<string, Host>>, bends: ReadonlyMap<string, Bend>): Promise<Answer> {
  const { method = '', url: path = '', headers } = incoming
  const host = headers.host ?? ''
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const answer = hosts[host]
  if (answer === undefined) return { status: 421, body: { error: `no host ${host}` } }
  const question = { host, method, path, headers, body: Buffer.concat(chunks).toString('utf8') }
  const whole = await answer(question)
  return bends.get(host)?.(question, whole) ?? whole
}
