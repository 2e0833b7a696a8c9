const DEPTH = 5

/** Of an address that does not answer, or answers with a certificate that nobody here trusts. */
const UNREACHABLE =
  /^(ECONN(REFUSED|RESET|ABORTED)|E(HOST|NET)UNREACH|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ESOCKET|EPIPE|EPROTO|TimeoutError|AbortError|UND_ERR_\w+|SELF_SIGNED\w*|DEPTH_ZERO\w*|UNABLE_TO_\w+|CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|ERR_PROXY_\w+)$/

/** Node's code for why there was no answer at all; undefined of any other error. Looked for in the causes, too: each library wraps them its own way. */
export function networkCode(error: unknown, depth = DEPTH): string | undefined {
  if (depth === 0 || typeof error !== 'object' || error === null) return undefined
  const { code, name, cause, errors, erroredSysCall } = error as Record<string, unknown>
  const own = [code, name, erroredSysCall].find((text) => typeof text === 'string' && UNREACHABLE.test(text))
  if (typeof own === 'string') return own
  for (const inner of [cause, ...(Array.isArray(errors) ? (errors as unknown[]) : [])]) {
    const found = networkCode(inner, depth - 1)
    if (found !== undefined) return found
  }
  return undefined
}
