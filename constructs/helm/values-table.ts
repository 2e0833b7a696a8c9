import type { Described } from '../values/described.ts'

/** The table of the chart's README: one row a value. */
export function valuesTable(described: readonly Described[]): string {
  const rows = described.flatMap(rowsOf)
  return ['| value | type | default | meaning |', '|---|---|---|---|', ...rows].join('\n')
}

function rowsOf({ path, parts, type, default: value, description }: Described): string[] {
  if (parts !== undefined) return parts.flatMap(rowsOf)
  return [`| \`${path.join('.')}\` | ${cell(type)} | ${value === undefined ? '' : `\`${cell(JSON.stringify(value))}\``} | ${cell(description)} |`]
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
