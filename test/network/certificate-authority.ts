import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../cluster/shell.ts'

export interface KeyPair {
  readonly cert: string
  readonly key: string
}

/** A CA of a company's own, as PEM, that signs certificates of servers. */
export interface CertificateAuthority {
  readonly certificate: string
  /** `alternativeName` as openssl writes it: `DNS:collate.test`, `IP:127.0.0.1`. */
  sign(alternativeName: string): Promise<KeyPair>
  remove(): Promise<void>
}

const NEW_KEY = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-sha256', '-days', '2']

export async function createAuthority(name = 'own'): Promise<CertificateAuthority> {
  const folder = await mkdtemp(join(tmpdir(), 'authority-'))
  const read = async (file: string): Promise<string> => readFile(join(folder, file), 'utf8')
  const usage = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign']
  await run('openssl', [...NEW_KEY, '-subj', `/CN=${name} CA`, '-keyout', 'ca.key', '-out', 'ca.crt', ...usage], { cwd: folder })
  return {
    certificate: await read('ca.crt'),
    sign: async (alternativeName) => {
      const names = ['-addext', `subjectAltName=${alternativeName}`, '-addext', 'basicConstraints=critical,CA:FALSE']
      const args = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-subj', '/CN=server', '-keyout', 'server.key', '-out', 'server.crt', ...names]
      await run('openssl', [...NEW_KEY, ...args], { cwd: folder })
      return { cert: await read('server.crt'), key: await read('server.key') }
    },
    remove: async () => rm(folder, { recursive: true }),
  }
}
