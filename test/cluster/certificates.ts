import { generateKeyPairSync } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './shell.ts'

interface Certificate {
  readonly file: string
  readonly subject: string
  readonly alternativeNames?: readonly string[]
}

/** Makes a certificate authority for one cluster, and with it the certificate of each part and the service accounts' key. */
export async function createCertificates(pki: string, nodeIp: string, serviceIp: string): Promise<void> {
  await mkdir(pki, { recursive: true, mode: 0o700 })
  await openssl(pki, ['-subj', '/CN=hybrid-runner-test', '-keyout', 'ca.key', '-out', 'ca.crt', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'])
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  await writeFile(join(pki, 'service-accounts.key'), privateKey, { mode: 0o600 })
  await writeFile(join(pki, 'service-accounts.pub'), publicKey)
  const nodeNames = ['DNS:node1', `IP:${nodeIp}`]
  const serverNames = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'localhost'].map((name) => `DNS:${name}`)
  const certificates: readonly Certificate[] = [
    { file: 'apiserver', subject: '/CN=kube-apiserver', alternativeNames: [...serverNames, `IP:${serviceIp}`, 'IP:127.0.0.1', `IP:${nodeIp}`] },
    { file: 'admin', subject: '/O=system:masters/CN=admin' },
    { file: 'controller-manager', subject: '/CN=system:kube-controller-manager' },
    { file: 'scheduler', subject: '/CN=system:kube-scheduler' },
    { file: 'proxy', subject: '/CN=system:kube-proxy' },
    { file: 'node', subject: '/O=system:nodes/CN=system:node:node1', alternativeNames: nodeNames },
  ]
  await Promise.all(certificates.map((certificate) => sign(pki, certificate)))
}

async function sign(pki: string, { file, subject, alternativeNames }: Certificate): Promise<void> {
  const names = alternativeNames ? ['-addext', `subjectAltName=${alternativeNames.join(',')}`] : []
  const usage = ['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'extendedKeyUsage=serverAuth,clientAuth']
  await openssl(pki, ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-subj', subject, '-keyout', `${file}.key`, '-out', `${file}.crt`, ...usage, ...names])
}

async function openssl(pki: string, args: readonly string[]): Promise<void> {
  const fixed = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-sha256', '-days', '365']
  await run('openssl', [...fixed, ...args], { cwd: pki })
}
