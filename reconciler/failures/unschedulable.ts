/** Why the scheduler found no node, as far as its message tells. */
export type UnschedulableCause =
  /** `key` is null where the scheduler does not name the taint: since Kubernetes 1.35 its message only says that there is one. */
  | { readonly kind: 'taint'; readonly key: string | null; readonly value: string }
  /** `cpu`, `memory`, `ephemeral-storage`, ... */
  | { readonly kind: 'resources'; readonly resource: string }
  | { readonly kind: 'affinity' }
  | { readonly kind: 'volume' }
  | { readonly kind: 'quota' }
  | { readonly kind: 'other' }

interface Rule {
  readonly pattern: RegExp
  readonly cause: (match: RegExpExecArray) => UnschedulableCause
}

/** The reasons of the scheduler's own plugins (kubernetes/pkg/scheduler/framework/plugins). */
const RULES: readonly Rule[] = [
  { pattern: /untolerated taint \{([^:}]+): ?([^}]*)\}/g, cause: ([, key = '', value = '']) => ({ kind: 'taint', key, value }) },
  { pattern: /untolerated taint\(s\)|taints that the pod didn't tolerate/g, cause: () => ({ kind: 'taint', key: null, value: '' }) },
  { pattern: /Insufficient ([\w./-]*\w)/g, cause: ([, resource = '']) => ({ kind: 'resources', resource }) },
  { pattern: /Too many pods/g, cause: () => ({ kind: 'resources', resource: 'pods' }) },
  {
    pattern: /didn't match Pod's node affinity\/selector|anti-affinity rules|pod affinity rules|topology spread constraints/g,
    cause: () => ({ kind: 'affinity' }),
  },
  { pattern: /persistent ?volume|volume (node affinity|zone|count)|pvc\(s\)|free storage/gi, cause: () => ({ kind: 'volume' }) },
  { pattern: /exceeded quota/g, cause: () => ({ kind: 'quota' }) },
]

/** Every cause the message names, each once, the ones an operator can mend first. Never empty. */
export function unschedulableCauses(message: string): readonly UnschedulableCause[] {
  const causes = RULES.flatMap(({ pattern, cause }) => [...message.matchAll(pattern)].map((match) => cause(match)))
  const unique = [...new Map(causes.map((cause) => [JSON.stringify(cause), cause])).values()]
  return unique.length === 0 ? [{ kind: 'other' }] : unique
}
