/** Columns of text. */

/**
 * Rows of cells as lines of text, each column as wide as its widest cell.
 *
 * @param isNumber - whether a column is aligned to the right
 * @example
 * textTable([["a", "10"], ["bcd", "5"]], (column) => column === 1).split("\n"); // → ["a    10", "bcd   5"]
 */
export function textTable(rows: readonly (readonly string[])[], isNumber: (column: number) => boolean): string {
  const widthOf = (column: number): number => Math.max(...rows.map((row) => row[column]!.length));
  const widths = (rows[0] ?? []).map((_, column) => widthOf(column));
  const aligned = (cell: string, column: number): string =>
    isNumber(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!);
  return rows.map((row) => row.map(aligned).join("  ").trimEnd()).join("\n");
}
