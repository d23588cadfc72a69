/** The benchmark program, run as users run it. Its figures are not judged here: a machine that runs tests is not quiet. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));

function bench(...args: readonly string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const program = ["--import", "tsx", "--conditions=@unfold/source", "packages/examples/benchmarks/main.ts"];
  return spawnSync(process.execPath, [...program, ...args], { cwd: root, encoding: "utf8" });
}

describe("npm run bench", () => {
  test("--json prints one line per case and nothing else", () => {
    const { status, stdout } = bench("--quick", "--json", "W1");
    expect(status).toBe(0);
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map((line) => line["case"])).toEqual(["build", "unfold", "gradient", "training step"]);
    for (const line of lines) {
      expect(line).toMatchObject({ workload: "W1", implementation: "unfold-interpreter" });
      const { median_ms: median, min_ms: min, runs } = line as Record<string, number>;
      expect(min).toBeGreaterThan(0);
      expect(median).toBeGreaterThanOrEqual(min!);
      expect(runs).toBeGreaterThanOrEqual(1);
    }
  });

  test("a workload that does not exist is refused in one line that names the others", () => {
    const { status, stdout, stderr } = bench("W99");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).toMatch(/W1, W2/);
  });
});
