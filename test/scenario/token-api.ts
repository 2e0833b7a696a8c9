import { readFile } from 'node:fs/promises'
import { Agent, request } from 'undici'
import { parse } from 'yaml'
import { type KubernetesApi, warningsIn } from '../cluster/kubernetes-api.ts'

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: { readonly 'server': string; readonly 'certificate-authority-data'?: string } }]
  readonly users: readonly [{ readonly user: { readonly token: string } }]
}

/** The API server as the account behind a kubeconfig with a token sees it. */
export async function tokenApi(kubeconfig: string): Promise<KubernetesApi> {
  const config = parse(await readFile(kubeconfig, 'utf8')) as Kubeconfig
  const { server, 'certificate-authority-data': ca } = config.clusters[0].cluster
  const dispatcher = new Agent(ca === undefined ? {} : { connect: { ca: Buffer.from(ca, 'base64') } })
  const authorization = `Bearer ${config.users[0].user.token}`
  return async ({ method, path, body, contentType = 'application/json' }) => {
    const headers = { authorization, 'content-type': contentType }
    const answer = await request(new URL(path, server), { method, dispatcher, headers, body: body === undefined ? null : JSON.stringify(body) })
    return { status: answer.statusCode, body: await answer.body.text(), warnings: warningsIn(answer.headers['warning']) }
  }
}
