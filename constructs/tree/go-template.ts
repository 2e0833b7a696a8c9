import type { Expression } from '../expression/expression.ts'
import { goArgument, goExpression } from '../expression/go-expression.ts'
import { PREFIX } from '../expression/functions.ts'
import { call, literal } from '../expression/values.ts'
import type { Entry, Item, Tree } from './tree.ts'

const STEP = 2

/**
 * The tree as the text of a Helm template. Every value goes through `toJson` or `toYaml`, so that no value, whatever it holds, can
 * break the YAML round it.
 */
export function goTemplate(tree: Tree): string {
  return `${blockLines(tree, 0).join('\n')}\n`
}

/** Items that several lists have, as a named template. */
export function sharedTemplate({ name, items }: Extract<Item, { kind: 'shared' }>): string {
  return `{{- define ${JSON.stringify(PREFIX + name)} }}\n${goTemplate({ kind: 'list', items })}{{- end }}\n`
}

/** Lines of a map or a list at that indentation. */
function blockLines(tree: Tree, indent: number): string[] {
  if (tree.kind === 'map') return tree.entries.flatMap((entry) => entryLines(entry, indent))
  if (tree.kind === 'list') return tree.items.flatMap((item) => itemLines(item, indent))
  return [`${' '.repeat(indent)}${inline(tree)}`]
}

function entryLines(entry: Entry, indent: number): string[] {
  const pad = ' '.repeat(indent)
  if (entry.kind === 'entriesOf') return conditional(entry.map, [`${pad}{{- toYaml ${goArgument(entry.map)} | nindent ${indent} }}`], pad)
  return conditional(entry.when, valueLines(`${pad}${keyText(entry.key)}:`, entry.value, indent), pad)
}

/** The value behind `key:`, on its line or below it. */
function valueLines(head: string, value: Tree, indent: number): string[] {
  if (value.kind === 'expression' && value.shape === 'block')
    return [head, `${' '.repeat(indent + STEP)}{{- toYaml ${goArgument(value.expression)} | nindent ${indent + STEP} }}`]
  const only = value.kind === 'map' && value.entries.length === 1 ? value.entries[0] : undefined
  if (only?.kind === 'entriesOf') return valueLines(head, { kind: 'expression', expression: call('orElse', only.map, literal({})), shape: 'block' }, indent)
  if (value.kind !== 'map' && value.kind !== 'list') return [`${head} ${inline(value)}`]
  return filled(value, head, blockLines(value, indent + STEP), ' '.repeat(indent))
}

/** A map or list of which every part may be missing needs its own word for empty: nothing would be null. */
function filled(tree: Extract<Tree, { kind: 'map' | 'list' }>, head: string, lines: string[], pad: string): string[] {
  const empty = `${head} ${tree.kind === 'map' ? '{}' : '[]'}`
  const conditions = conditionsOf(tree)
  if (conditions === undefined) return [head, ...lines]
  if (conditions.length === 0) return [empty]
  const isFilled = conditions.length === 1 ? conditions[0] : call('or', ...conditions)
  if (isFilled === undefined) return [empty]
  return [`${pad}{{- if ${goExpression(isFilled)} }}`, head, ...lines, `${pad}{{- else }}`, empty, `${pad}{{- end }}`]
}

/** One of these must be true for anything to be there; undefined when something always is. */
function conditionsOf(tree: Extract<Tree, { kind: 'map' | 'list' }>): Expression[] | undefined {
  const parts = tree.kind === 'map' ? tree.entries.map(conditionOfEntry) : tree.items.map(conditionOfItem)
  return parts.includes(undefined) ? undefined : parts.filter((part) => part !== undefined)
}

function conditionOfEntry(entry: Entry): Expression | undefined {
  return entry.kind === 'entriesOf' ? entry.map : (entry.when ?? undefined)
}

function conditionOfItem(item: Item): Expression | undefined {
  if (item.kind === 'item') return item.when ?? undefined
  if (item.kind === 'shared') return undefined
  if (item.kind === 'each' && item.when !== null)
    throw new Error('a list may not be empty for a condition on its items: give it an item of its own, or its own condition')
  return item.list
}

function itemLines(item: Item, indent: number): string[] {
  const pad = ' '.repeat(indent)
  switch (item.kind) {
    case 'item':
      return conditional(item.when, dashed(item.value, indent), pad)
    case 'itemsOf':
      return conditional(item.list, [`${pad}{{- toYaml ${goArgument(item.list)} | nindent ${indent} }}`], pad)
    case 'shared':
      return [`${pad}{{- include ${JSON.stringify(PREFIX + item.name)} $ | trimPrefix "\\n" | nindent ${indent} }}`]
    case 'each':
      return [
        `${pad}{{- range $${item.variable} := ${goExpression(item.list)} }}`,
        ...conditional(item.when, dashed(item.item, indent), pad),
        `${pad}{{- end }}`,
      ]
  }
}

/** A map behind its dash: the dash stands on a line of its own where the first entry may be missing. */
function dashed(value: Tree, indent: number): string[] {
  const pad = ' '.repeat(indent)
  if (value.kind !== 'map' && value.kind !== 'list') {
    return value.kind === 'expression' && value.shape === 'block'
      ? [`${pad}- {{- toYaml ${goArgument(value.expression)} | nindent ${indent + STEP} }}`]
      : [`${pad}- ${inline(value)}`]
  }
  const lines = blockLines(value, indent + STEP)
  const first = value.kind === 'map' ? value.entries[0] : undefined
  const startsPlainly = first?.kind === 'entry' && first.when === null && !(lines[0] ?? '{{').trimStart().startsWith('{{')
  if (startsPlainly) return [`${pad}- ${(lines[0] ?? '').trimStart()}`, ...lines.slice(1)]
  return filled(value, `${pad}-`, lines, pad)
}

function conditional(condition: Expression | null, lines: string[], pad: string): string[] {
  return condition === null ? lines : [`${pad}{{- if ${goExpression(condition)} }}`, ...lines, `${pad}{{- end }}`]
}

function inline(tree: Tree): string {
  if (tree.kind === 'scalar') return scalarText(tree.value)
  if (tree.kind === 'expression') return `{{ toJson ${goArgument(tree.expression)} }}`
  return tree.kind === 'map' ? '{}' : '[]'
}

/** Plain where YAML reads the same text again, else quoted. A brace in it is none of the template's. */
function scalarText(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return String(value)
  if (/^[A-Za-z/][\w./-]*$/.test(value) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(value)) return value
  return JSON.stringify(value).replaceAll('{{', '{{ "{{" }}')
}

function keyText(key: string): string {
  return scalarText(key)
}
