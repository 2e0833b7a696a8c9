/** Why an image cannot be pulled, as far as the container runtime's message tells. */
export type PullFailure = 'notFound' | 'unauthorized' | 'unreachable' | 'unknown'

/** Messages of containerd and CRI-O; the first that fits. A registry that hides what exists answers unauthorized for both. */
const PATTERNS: readonly (readonly [PullFailure, RegExp])[] = [
  ['notFound', /not found|manifest unknown|name unknown|repository does not exist/i],
  ['unauthorized', /unauthorized|authentication required|authorization failed|access denied|denied:|\b40[13]\b|no basic auth|pull access/i],
  [
    'unreachable',
    /no such host|connection refused|i\/o timeout|deadline exceeded|tls:|x509|network is unreachable|no route to host|proxyconnect|\b50[234]\b|EOF/i,
  ],
]

export function pullFailure(message: string): PullFailure {
  return PATTERNS.find(([, pattern]) => pattern.test(message))?.[0] ?? 'unknown'
}
