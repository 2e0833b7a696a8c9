const MAX_PROSE = 60

/**
 * Rows as left-aligned columns, two spaces apart, the first row being the heading. Cells are one line, and whole: a name is there to be
 * typed. Only the column with the heading `prose` is cut to a sane width.
 */
export function formatTable(cells: readonly (readonly string[])[], prose?: string): string {
  const [heading = []] = cells
  const rows = cells.map((row) => row.map((cell, column) => (prose !== undefined && heading[column] === prose ? cut(oneLine(cell)) : oneLine(cell))))
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function oneLine(cell: string): string {
  return cell.replaceAll(/\s+/g, ' ')
}

function cut(line: string): string {
  return line.length <= MAX_PROSE ? line : `${line.slice(0, MAX_PROSE - 1).trimEnd()}…`
}
