/** A profile as a table of text, the slowest first. */
import type { ProfileRow } from "../runtime/profile.js";
import { textTable } from "./text-table.js";

/**
 * The rows of `executable.profile()` as lines of text, the slowest first, with their sum at the end.
 *
 * @example
 * const a = input("a", [8, 8]);
 * const runtime = await createRuntime({ profile: true });
 * const { run, profile } = await runtime.compile({ inputs: { a }, outputs: { c: matmul(a, a) } });
 * run({ a: new Float32Array(64) });
 * profileTable(profile()).includes("matmul"); // → true
 */
export function profileTable(rows: readonly ProfileRow[]): string {
  const slowest = [...rows].sort((a, b) => b.milliseconds - a.milliseconds);
  const milliseconds = rows.reduce((sum, row) => sum + row.milliseconds, 0);
  const flops = rows.reduce((sum, row) => sum + row.flops, 0);
  const calls = rows.reduce((sum, row) => sum + row.calls, 0);
  const gflops = milliseconds > 0 ? flops / milliseconds / 1e6 : 0;
  const cells = [
    ["ms", "share", "calls", "GFLOP/s", "kernel", "node", "inside"],
    ...slowest.map(cellsOf),
    cellsOf({ milliseconds, share: milliseconds > 0 ? 1 : 0, calls, gflops, kernel: "all", node: "", path: [] }),
  ];
  return textTable(cells, (column) => column < 4);
}

function cellsOf(row: Omit<ProfileRow, "flops" | "op">): string[] {
  return [
    row.milliseconds.toFixed(3),
    `${(100 * row.share).toFixed(1)}%`,
    String(row.calls),
    row.gflops > 0 ? row.gflops.toFixed(1) : "–",
    row.kernel,
    row.node,
    row.path.join(" › "),
  ];
}
