const PREFIX = 'secret:'

/** What names of secrets are made of, in any of the stores: paths and ARNs among them. */
const NAME = /^[\w/.:@+=-]{1,2048}$/

/** Fields that no password stands in, however their texts begin. */
const NO_SECRETS_IN = /FilterPattern$|^(description|displayName)$/

/** Whether a text is meant as the name of a secret, be it one that a store could hold or not. */
export function isMeantAsReference(value: string): boolean {
  return value.startsWith(PREFIX)
}

/** Whether a text names a secret that a store could hold. */
export function isSecretReference(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith(PREFIX) && NAME.test(secretName(value))
}

/** Whether what stands under this key may be the name of a secret. */
export function mayHoldSecrets(key: string): boolean {
  return !NO_SECRETS_IN.test(key)
}

/**
 * The texts of a value that name a secret, at any depth, each once, in the order in which they stand. Keys are not looked at, nor is what
 * stands in filter patterns and descriptions.
 *
 * The image resolves only those that stand in a field that its schema calls a secret; which fields these are is its own knowledge.
 */
export function secretReferences(value: unknown): string[] {
  const found = new Set<string>()
  const left: unknown[] = [value]
  // Not recursive: how deep a request goes is its sender's choice.
  while (left.length > 0) {
    const next = left.pop()
    if (isSecretReference(next)) found.add(next)
    else if (typeof next === 'object' && next !== null) for (const [key, part] of Object.entries(next).toReversed()) if (mayHoldSecrets(key)) left.push(part)
  }
  return [...found]
}

/** The name that a reference gives. */
export function secretName(reference: string): string {
  return reference.slice(PREFIX.length)
}

/** The name that the ingestion image asks the store for: it drops every `secret:`, also the one inside an ARN of AWS, which then is none. */
export function secretNameInImage(reference: string): string {
  return reference.replaceAll(PREFIX, '')
}
