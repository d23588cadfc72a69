/** How results are printed: a table to read, or a line of JSON per case. */
import os from "node:os";
import Table from "cli-table3";
import type { Measurement } from "./measurement.js";

const IMPLEMENTATION = "unfold-interpreter";

/** A table of all cases. */
export function asTable(measurements: readonly Measurement[]): string {
  const table = new Table({
    head: ["workload", "case", "implementation", "median ms", "min ms", "runs"],
    colAligns: ["left", "left", "left", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  for (const { workload, case: name, median, min, runs } of measurements) {
    table.push([workload, name, IMPLEMENTATION, median.toFixed(3), min.toFixed(3), runs]);
  }
  return table.toString();
}

/** One line of JSON per case. */
export function asJsonLines(measurements: readonly Measurement[]): string {
  const lines = measurements.map(({ workload, case: name, median, min, runs }) =>
    JSON.stringify({
      workload,
      case: name,
      implementation: IMPLEMENTATION,
      median_ms: rounded(median),
      min_ms: rounded(min),
      runs,
    }),
  );
  return lines.join("\n");
}

/** Where the times were taken: times of different machines say nothing about each other. */
export function machine(): string {
  const cpus = os.cpus();
  return `${cpus[0]?.model.trim() ?? "unknown processor"}, ${cpus.length} processors, Node ${process.version}`;
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
