import { mayHoldSecrets } from '../../compiler/secret-references.ts'

/** A text of JSON, and the colon behind it where it is a key; else where an object or a list begins or ends. Outside of texts JSON has no quotes. */
const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/g

/**
 * The payload with the values in the place of their references. Values are texts, whatever they look like. All else stays as it is
 * written: a number may have more digits than this program keeps. So does a text that stands where no reference does, such as a description.
 *
 * @param payload JSON
 * @param values by reference
 */
export function withValues(payload: string, values: ReadonlyMap<string, string>): string {
  /** Of each object and list that is open, whether what stands round it may be a reference. */
  const open: boolean[] = []
  /** Of what comes next. */
  let mayBe = true
  return payload.replaceAll(TOKEN, (token, text: string | undefined, colon: string | undefined) => {
    if (text === undefined) {
      if (token === '{' || token === '[') open.push(mayBe)
      else mayBe = open.pop() ?? true
      return token
    }
    const inner = String(JSON.parse(text))
    if (colon !== undefined) {
      mayBe = (open.at(-1) ?? true) && mayHoldSecrets(inner)
      return token
    }
    const value = mayBe ? values.get(inner) : undefined
    return value === undefined ? token : JSON.stringify(value)
  })
}
