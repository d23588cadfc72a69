/** The benchmark program, run as users run it. Its figures are not judged here: a machine that runs tests is not quiet. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { everyCell } from "../../benchmarks/cells/every-cell.js";

const root = fileURLToPath(new URL("../../../..", import.meta.url));

type Line = Readonly<Record<string, unknown>>;

function bench(...args: readonly string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const program = ["--import", "tsx", "--conditions=@unfold/source", "packages/examples/benchmarks/main.ts"];
  return spawnSync(process.execPath, [...program, ...args], { cwd: root, encoding: "utf8" });
}

function jsonLines(stdout: string): Line[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

function expectTimes(line: Line): void {
  const { median_ms: median, min_ms: min, runs } = line as Readonly<Record<string, number>>;
  expect(min).toBeGreaterThan(0);
  expect(median).toBeGreaterThanOrEqual(min!);
  expect(runs).toBeGreaterThanOrEqual(1);
}

describe("npm run bench", () => {
  test("--json prints one line per implementation and nothing else", () => {
    const { status, stdout, stderr } = bench("--quick", "--json", "W1");
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const lines = jsonLines(stdout);
    const names = lines.map((line) => line["implementation"]);
    expect(names.filter((name) => name !== "unfold-wasm")).toEqual(["unfold-interpreter", "floor-wasm"]);
    lines.forEach(expectTimes);
    // What everybody begins with is compared; a difference would be said.
    expect(stderr).not.toMatch(/begins with/);
    expect(stderr).toMatch(new RegExp(`Node ${process.version.replaceAll(".", "\\.")}`));
  });

  test("without --json it prints a table with the backend and the ratio", () => {
    const { status, stdout } = bench("--quick", "W1");
    expect(status).toBe(0);
    expect(stdout).toMatch(/workload.*implementation.*runs on.*median, ms.*min, ms.*runs.*ratio/);
    expect(stdout).toMatch(/W1 .*unfold-(wasm|interpreter).*(wasm|interpreter)/);
  });

  test("cells, cells of one's own, sampling, real-time learning and memory can be asked for", () => {
    const { status, stdout } = bench("--quick", "--json", "cells", "custom", "sampling", "rtrl", "memory");
    expect(status).toBe(0);
    const lines = jsonLines(stdout);
    const cases = lines.filter((line) => line["case"] !== undefined);
    cases.forEach(expectTimes);
    const cells = cases.filter((line) => /^cell T/.test(String(line["workload"])));
    expect(cells.map((line) => line["case"])).toEqual(everyCell({ inputs: 32, units: 32 }).map(({ name }) => name));
    expect(cells[0]).toMatchObject({ case: "Elman", ratio: 1 });
    expect(cases.slice(cells.length).map((line) => line["case"])).toEqual([
      ...["built-in", "foldedGraph", "foldedGraph, multiplicative integration"],
      ...["argmax", "temperature 0.8", "top 40", "nucleus 0.9", "beam of 4"],
      ...["backpropagation, H2", "real time, H2", "backpropagation, H4", "real time, H4"],
    ]);
    const [half, whole] = cases.slice(-3).filter((line) => /^real time/.test(String(line["case"])));
    expect(whole!["growth"]).toBeCloseTo(Math.log2(Number(whole!["median_ms"]) / Number(half!["median_ms"])), 2);
    expect(lines.at(-1)).toMatchObject({ workload: "W8_25" });
  });

  test("vanishing gradients and what surrounds training steps can be asked for", () => {
    const { status, stdout } = bench("--quick", "--json", "vanishing", "optimizers", "data", "checkpoints");
    expect(status).toBe(0);
    const lines = jsonLines(stdout);
    lines.forEach(expectTimes);
    expect(lines.flatMap((line) => (/^vanishing/.test(String(line["workload"])) ? [line["case"]] : []))).toEqual(
      ["elman", "gru", "lstm"].flatMap((cell) => [`${cell}, every step`, `${cell}, last step`]),
    );
    const figures = ["overhead_percent", "examples_per_second", "megabytes_per_second"];
    expect(figures.map((figure) => lines.filter((line) => Number.isFinite(line[figure])).length)).toEqual([2, 6, 6]);
  });

  test("a workload that does not exist is refused in one line that names the others", () => {
    const { status, stdout, stderr } = bench("W99");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).toMatch(/W1, W2/);
  });
});
