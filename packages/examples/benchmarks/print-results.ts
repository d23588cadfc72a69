/** How results are printed: a table to read, or a line of JSON per result. */
import os from "node:os";
import Table from "cli-table3";

/** One printed line: values by the names of the columns. Undefined where nothing is known. */
export type Row = Readonly<Record<string, string | number | undefined>>;

/** A table with a column for every name that some row has a value for. */
export function asTable(rows: readonly Row[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row).filter((name) => row[name] !== undefined)))];
  const isNumber = (name: string): boolean => rows.some((row) => typeof row[name] === "number");
  const table = new Table({
    head: names.map((name) => name.replaceAll("_", " ").replace(/ (ms)$/, ", $1")),
    colAligns: names.map((name) => (isNumber(name) ? "right" : "left")),
    style: { head: [], border: [] },
  });
  for (const row of rows) table.push(names.map((name) => cell(row[name])));
  return table.toString();
}

/** One line of JSON per row. */
export function asJsonLines(rows: readonly Row[]): string {
  const rounded = (_: string, value: unknown): unknown => (typeof value === "number" ? roundNumber(value) : value);
  return rows.map((row) => JSON.stringify(row, rounded)).join("\n");
}

/** Where the times were taken: times of different machines say nothing about each other. */
export function machine(): string {
  const cpus = os.cpus();
  const flags = [...process.execArgv, ...(process.env["NODE_OPTIONS"] ?? "").split(" ")].filter(
    (flag) => flag !== "" && !/^(--import|tsx|--conditions=.*)$/.test(flag),
  );
  const processor = cpus[0]?.model.trim() ?? "unknown processor";
  return [`${processor}, ${cpus.length} processors, Node ${process.version}`, ...flags].join(", ");
}

function cell(value: string | number | undefined): string {
  if (typeof value !== "number") return value ?? "";
  return Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 100 ? 3 : 1);
}

/** Six digits after the point: more than clocks know. */
function roundNumber(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
