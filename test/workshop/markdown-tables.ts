/** A part of a document that is made, between two marks of its name. */
export interface MadePart {
  readonly name: string
  readonly markdown: string
}

/** The document with its parts made anew; a mark that is missing is an error. */
export function withParts(document: string, parts: readonly MadePart[]): string {
  return parts.reduce((text, { name, markdown }) => {
    const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`]
    const [from, to] = [text.indexOf(begin), text.indexOf(end)]
    if (from < 0 || to < from) throw new Error(`the document lacks ${begin} or ${end}`)
    return `${text.slice(0, from + begin.length)}\n${markdown}\n${text.slice(to)}`
  }, document)
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

export function code(text: string): string {
  return text === '' ? '' : `\`${text}\``
}
