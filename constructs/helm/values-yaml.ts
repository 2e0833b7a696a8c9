import { stringify } from 'yaml'
import type { Json } from '../expression/expression.ts'
import type { Described } from '../values/described.ts'

const WIDTH = 140

/** values.yaml: every value with what it means; one without a default stands there as a comment. */
export function valuesYaml(described: readonly Described[]): string {
  return `${['# The values of this chart. Paths and defaults are those of the chart that it takes the place of, where that one has them.', '', ...linesFor(described, '')].join('\n')}\n`
}

function linesFor(described: readonly Described[], pad: string): string[] {
  return described.filter(isShown).flatMap((one) => {
    const comment = wrapped(one.description, WIDTH - pad.length - 2).map((line) => `${pad}# ${line}`)
    const lines = [...comment, ...bodyOf(one, pad)]
    return pad === '' ? [...lines, ''] : lines
  })
}

/** What is only taken so that old values files pass is not advertised. */
function isShown({ mend, default: value }: Described): boolean {
  return mend === undefined || value !== undefined
}

function bodyOf(one: Described, pad: string): string[] {
  const { key, parts, default: value, example } = one
  if (parts !== undefined) return partsOf(key, parts, pad)
  if (value !== undefined) return yamlLines({ [key]: value }).map((line) => pad + line)
  return yamlLines({ [key]: example ?? emptyOf(one.type) }).map((line) => `${pad}# ${line}`)
}

function emptyOf(type: string): Json {
  if (type === 'map') return {}
  return type.startsWith('list') ? [] : ''
}

/** A section in which nothing has a default would be null: it is a comment as a whole. */
function partsOf(key: string, parts: readonly Described[], pad: string): string[] {
  const lines = linesFor(parts, `${pad}  `)
  return lines.some((line) => !line.trimStart().startsWith('#'))
    ? [`${pad}${key}:`, ...lines]
    : [`${pad}# ${key}:`, ...lines.map((line) => commented(line, pad))]
}

function commented(line: string, pad: string): string {
  const text = line.slice(pad.length)
  return text.trimStart().startsWith('# ') ? `${pad}# ${text.replace(/# /, '')}` : `${pad}# ${text}`
}

function yamlLines(value: Json): string[] {
  return stringify(value, { lineWidth: 0, defaultStringType: 'PLAIN', version: '1.1' }).trimEnd().split('\n')
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
