const PREFIX = 'secret:'

/** Whether the ingestion image takes this text for the name of a secret. */
export function isSecretReference(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith(PREFIX)
}

/**
 * The texts of a value that name a secret, at any depth, each once, in the order in which they stand. Keys are not looked at.
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
    else if (typeof next === 'object' && next !== null) for (const part of Object.values(next).toReversed()) left.push(part)
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
