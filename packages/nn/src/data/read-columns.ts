/** Numbers out of the rows of a table, whoever has parsed it. */
import { ValueError } from "@unfold/core";
import type { Vocabulary } from "./vocabulary.js";

/** A column of a table: its name where rows are records, its number, from 0, where they are lists. */
export type TableColumn = string | number;

/** What is taken from a row: the number in a column, those in several, or the number that a vocabulary gives to a text. */
export type ColumnChoice =
  TableColumn | readonly TableColumn[] | { readonly column: TableColumn; readonly vocabulary: Vocabulary };

/** What choices give: a list of numbers for a list of columns, else a number. */
export type ColumnValues<C extends Readonly<Record<string, ColumnChoice>>> = {
  readonly [N in keyof C]: C[N] extends readonly TableColumn[] ? number[] : number;
};

/**
 * A function for `dataset.map` that makes examples of rows: records or lists, as parsers of CSV and JSON give them. Cells may
 * be numbers or texts of numbers; what is empty, no number, or not finite is an error and never 0 or NaN.
 *
 * @param choices - what to take, by the names that the examples have
 * @throws ValueError, when run: COLUMN_MISSING if a row lacks a column; COLUMN_NUMBER if a cell holds no finite number; TOKEN_UNKNOWN if a vocabulary has no number for it. Each names the column and the row, counted from 0.
 * @example
 * const rows = Dataset.from([{ length: "1.5", width: "0.4", kind: "setosa" }]); // as a parser of CSV gives them
 * const kinds = Vocabulary.of(["setosa", "versicolor"]);
 * const examples = rows.map(readColumns({ x: ["length", "width"], y: { column: "kind", vocabulary: kinds } }));
 * await examples.toArray(); // → [{ x: [1.5, 0.4], y: 0 }]
 */
export function readColumns<const C extends Readonly<Record<string, ColumnChoice>>>(
  choices: C,
): (row: unknown, index: number) => ColumnValues<C> {
  const names = Object.keys(choices);
  return (row, index) => {
    const taken = names.map((name) => [name, valueOf(row, index, choices[name]!)] as const);
    return Object.fromEntries(taken) as ColumnValues<C>;
  };
}

function valueOf(row: unknown, index: number, choice: ColumnChoice): number | number[] {
  if (typeof choice !== "object") return numberOf(row, index, choice);
  if ("vocabulary" in choice) return codeOf(row, index, choice);
  return choice.map((column) => numberOf(row, index, column));
}

/** Number("") is 0, which an empty cell is not. */
function numberOf(row: unknown, index: number, column: TableColumn): number {
  const cell = cellOf(row, index, column);
  const number = typeof cell === "string" && cell.trim() !== "" ? Number(cell) : cell;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw new ValueError({
    code: "COLUMN_NUMBER",
    where: placeOf(index, column),
    rule: "a cell must hold a finite number",
    got: shown(cell),
    fix: "Leave such rows out with filter, or replace what they hold with map, before they are read",
  });
}

function codeOf(
  row: unknown,
  index: number,
  { column, vocabulary }: { readonly column: TableColumn; readonly vocabulary: Vocabulary },
): number {
  const cell = cellOf(row, index, column);
  try {
    return vocabulary.encode([String(cell)])[0]!;
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new ValueError({
      code: error.code,
      where: placeOf(index, column),
      rule: "a cell must hold a token of the vocabulary",
      got: shown(cell),
      fix: 'Make it of all rows, or with a token for unknown ones: Vocabulary.of(tokens, { unknown: "?" })',
    });
  }
}

function cellOf(row: unknown, index: number, column: TableColumn): unknown {
  if (typeof row === "object" && row !== null && Object.hasOwn(row, column))
    return (row as Readonly<Record<TableColumn, unknown>>)[column];
  const isRow = typeof row === "object" && row !== null;
  throw new ValueError({
    code: "COLUMN_MISSING",
    where: placeOf(index, column),
    rule: "rows must have all columns that are read",
    got: isRow ? columnsOf(row) : shown(row),
    fix: "Have the parser make records, by the names in the first line",
  });
}

function columnsOf(row: object): string {
  const names = Object.keys(row);
  const listed = names.slice(0, SHOWN).map((name) => JSON.stringify(name));
  return Array.isArray(row) ? `a list of ${row.length}` : listed.join(", ") + more(names.length) || "none";
}

/** Columns that an error names. */
const SHOWN = 12;
const LONGEST_CELL = 40;

function more(count: number): string {
  return count > SHOWN ? ` and ${count - SHOWN} more` : "";
}

function placeOf(index: number, column: TableColumn): string {
  return `readColumns(choices): column ${JSON.stringify(column)} of row ${index}`;
}

/** In one line, however long it is. */
function shown(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length <= LONGEST_CELL ? text : `${text.slice(0, LONGEST_CELL)}…`;
}
