import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { loadExtraCas } from '../network/extra-cas.ts'
import type { Environment } from '../../compiler/environment.ts'

/** Has every library of this process trust the certificates of EXTRA_CA_FILE, too: a proxy that opens TLS has its own. One that cannot be read leaves things as they are. */
export async function trustExtraCas({ EXTRA_CA_FILE: path }: Environment): Promise<void> {
  if (path === undefined || path === '') return
  const extra = await loadExtraCas([{ variable: 'EXTRA_CA_FILE', path }])
  if (!extra.ok) return void process.stderr.write(`${extra.error.map(({ path: variable, message }) => `${variable}: ${message}`).join('\n')}\n`)
  setDefaultCACertificates([...getCACertificates('default'), ...extra.value.current()])
}
