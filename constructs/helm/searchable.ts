/** Begins a block of the template, which an `end` closes. Those that begin and end on one line are none. */
const OPENS = /^ *\{\{-? (if|range|with|define) (?!.*\{\{-? end)/
const CLOSES = /^ *\{\{-? end /
/** A value that is reached by hops, `(($.Values.a).b).c`, as every value below a section is. */
const HOPS = /\$\.Values\.\w+(?:\)\.\w+)+/g

/**
 * The template with a comment at each value that is read by hops: its path, as values.yaml and the README write it. So a search for the
 * path finds every place where the value is used. A path is told once for a block, and not where the block's own text holds it.
 */
export function searchable(template: string): string {
  return withPaths(template.split('\n'), []).join('\n')
}

/** @param told paths that a comment round these lines tells */
function withPaths(lines: readonly string[], told: readonly string[]): string[] {
  const found: string[] = []
  for (let at = 0; at < lines.length;) {
    const block = lines.slice(at, at + blockLength(lines, at))
    const [first = '', ...inner] = block
    const paths = pathsIn(first).filter((path) => !told.includes(path))
    const untold = paths.filter((path) => !block.some((line) => holds(line, path)))
    found.push(...comment(untold, first), first, ...withPaths(inner, [...told, ...paths]))
    at += block.length
  }
  return found
}

/** Of the block that begins there, with its end; of any other line, one. */
function blockLength(lines: readonly string[], start: number): number {
  let depth = 0
  for (let at = start; at < lines.length; at += 1) {
    if (OPENS.test(lines[at] ?? '')) depth += 1
    else if (CLOSES.test(lines[at] ?? '')) depth -= 1
    if (depth <= 0) return at - start + 1
  }
  throw new Error(`a block without an end: ${lines[start]}`)
}

function pathsIn(line: string): string[] {
  const paths = [...line.matchAll(HOPS)].map(([hops]) => hops.replaceAll(')', '').slice('$.Values.'.length))
  return [...new Set(paths)]
}

function holds(line: string, path: string): boolean {
  return new RegExp(`(?<![\\w.])${path.replaceAll('.', '\\.')}(?!\\.?\\w)`).test(line)
}

/** It takes one of the line breaks round it away, and where the next line keeps what stands before it, both. */
function comment(paths: readonly string[], next: string): string[] {
  if (paths.length === 0) return []
  const pad = /^ */.exec(next)?.[0] ?? ''
  return [`${pad}{{- /* ${paths.join(', ')} */${next.startsWith('{{ ') ? ' -' : ''}}}`]
}
