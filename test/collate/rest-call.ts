/** One REST call, read whole. */
export interface RestCall {
  readonly method: string
  /** Path segments after `/api/v1/`, each decoded on its own, so that a name may hold an encoded slash. */
  readonly segments: readonly string[]
  readonly query: URLSearchParams
  readonly body: Buffer
  /** The name of its token. */
  readonly writer: string
  readonly at: number
}

const PREFIX = '/api/v1/'

/**
 * Path and query of a request target, or undefined when it is not below `/api/v1/` or wrongly encoded.
 *
 * Cut by hand: `new URL` would take `%2e%2e` for a step up.
 */
export function splitTarget(target: string): { segments: readonly string[]; query: URLSearchParams } | undefined {
  const mark = target.indexOf('?')
  const path = mark < 0 ? target : target.slice(0, mark)
  if (!path.startsWith(PREFIX)) return undefined
  try {
    const segments = path.slice(PREFIX.length).split('/').map(decodeURIComponent)
    return { segments, query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)) }
  } catch {
    return undefined
  }
}

/** The JSON of a body; undefined when it is none. */
export function jsonOf(body: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(body.toString('utf8')) }
  } catch {
    return undefined
  }
}
