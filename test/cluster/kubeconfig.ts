import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

interface ServerAddress {
  readonly server: string
  /** The authority's certificate in base64; undefined when the system's authorities are to be used. */
  readonly caData: string | undefined
}

/** Writes a kubeconfig with a client certificate out of a folder of certificates. */
export async function writeCertificateKubeconfig(path: string, pki: string, server: string, certificate: string): Promise<void> {
  const [caData, cert, key] = await Promise.all(['ca.crt', `${certificate}.crt`, `${certificate}.key`].map((file) => base64Of(join(pki, file))))
  await writeKubeconfig(path, { server, caData }, undefined, [`client-certificate-data: ${cert}`, `client-key-data: ${key}`])
}

/** Writes a kubeconfig with a bearer token. */
export async function writeTokenKubeconfig(path: string, user: ServerAddress & { readonly namespace: string; readonly token: string }): Promise<void> {
  await writeKubeconfig(path, user, user.namespace, [`token: ${user.token}`])
}

/** A file's content as kubeconfigs hold it. */
export async function base64Of(path: string): Promise<string> {
  return (await readFile(path)).toString('base64')
}

async function writeKubeconfig(path: string, { server, caData }: ServerAddress, namespace: string | undefined, user: readonly string[]): Promise<void> {
  const name = 'hybrid-runner-test'
  const lines = [
    'apiVersion: v1',
    'kind: Config',
    `current-context: ${name}`,
    'contexts:',
    `- name: ${name}`,
    `  context: {cluster: ${name}, user: ${name}${namespace === undefined ? '' : `, namespace: ${namespace}`}}`,
    'clusters:',
    `- name: ${name}`,
    '  cluster:',
    `    server: ${server}`,
    ...(caData === undefined ? [] : [`    certificate-authority-data: ${caData}`]),
    'users:',
    `- name: ${name}`,
    '  user:',
    ...user.map((line) => `    ${line}`),
  ]
  await writeFile(path, `${lines.join('\n')}\n`, { mode: 0o600 })
}
