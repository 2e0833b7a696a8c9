/**
 * The JSON of an answer from outside.
 *
 * Guarantees: the error of what is no JSON tells how long it is and nothing of it. The parser's own error quotes the text, which may be
 * a Secret.
 */
export function jsonAnswer(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`the answer is no JSON (${Buffer.byteLength(text)} bytes)`)
  }
}
