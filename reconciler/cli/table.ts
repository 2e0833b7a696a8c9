const MAX_CELL = 60

/** Rows as left-aligned columns, two spaces apart, the first row being the heading. Cells are one line and cut to a sane width. */
export function formatTable(cells: readonly (readonly string[])[]): string {
  const rows = cells.map((row) => row.map(cut))
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

function cut(cell: string): string {
  const line = cell.replaceAll(/\s+/g, ' ')
  return line.length <= MAX_CELL ? line : `${line.slice(0, MAX_CELL - 1).trimEnd()}…`
}
