/** Published results are run, and what does not hold stays in the table. The long ones are for `npm run reproduce`. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { reproduce, type Result } from "../../src/reproduce/reproduce.js";
import { reproduceCommand } from "../../src/reproduce/reproduce-command.js";
import type { Row } from "../../src/reproduce/row.js";
import { rows } from "../../src/reproduce/rows.js";
import { anotsorandomwalk } from "../../src/reproduce/rows/anotsorandomwalk.js";
import { mazur } from "../../src/reproduce/rows/mazur.js";
import { micrograd } from "../../src/reproduce/rows/micrograd.js";
import { timeDelay } from "../../src/reproduce/rows/time-delay.js";
import { resultsTable } from "../../src/reproduce/table.js";

const PROGRAM = fileURLToPath(new URL("../../src/run-reproduce.ts", import.meta.url));

async function resultsOf(list: readonly Row[], seeds?: readonly number[]): Promise<Result[]> {
  const results: Result[] = [];
  for await (const result of reproduce(list, seeds)) results.push(result);
  return results;
}

const wrong: Row = {
  name: "wrong",
  published: "2",
  source: "nobody",
  seeds: [4, 5],
  run: (seed) => ({ obtained: String(seed), holds: seed === 2, remark: "it was never true" }),
};
const broken: Row = {
  ...wrong,
  name: "broken",
  run: () => {
    throw new Error("no such data");
  },
};

test("every row has a name of its own, and says what is published where", () => {
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  for (const { published, source } of rows) expect([published, source].every((text) => text.length > 3)).toBe(true);
});

test("rows that take no time hold", async () => {
  const results = await resultsOf([micrograd, mazur, anotsorandomwalk, timeDelay], [1]);
  expect(results.map(({ name, seed, holds }) => [name, seed, holds])).toEqual([
    ["micrograd", 1, true],
    ["mazur", 1, true],
    ["anotsorandomwalk", 1, true],
    ["tdnn", 1, true],
  ]);
});

test("a row is run with each of its seeds, or with the seed that is asked for", async () => {
  expect((await resultsOf([wrong])).map(({ seed, holds }) => [seed, holds])).toEqual([
    [4, false],
    [5, false],
  ]);
  expect((await resultsOf([wrong], [2])).map(({ seed, holds }) => [seed, holds])).toEqual([[2, true]]);
});

test("what fails stays in the table, once explained; what throws too", async () => {
  const table = resultsTable(await resultsOf([micrograd, wrong, broken], [4]));
  expect(table).toMatch(/│ wrong +│ 2 +│ 4 +│ NO +│ +4 │ +0\.0 │/);
  expect(table).toContain("wrong: it was never true.");
  expect(table).toContain("broken: no such data.");
  expect(table).toMatch(/1 of 3 hold\. 0\.\d s\.$/);
});

test("the command prints a line of JSON for each run", () => {
  const node = ["--import", "tsx", "--conditions=@unfold/source", PROGRAM, "micrograd", "--json", "--seed", "7"];
  const { status, stdout } = spawnSync(process.execPath, node, { encoding: "utf8" });
  expect(status).toBe(0);
  expect(
    stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown),
  ).toMatchObject([
    { name: "micrograd", seed: 7, holds: true, obtained: "g = 24.7041, ∂g/∂a = 138.8338, ∂g/∂b = 645.5773" },
  ]);
});

test("the command ends quietly when nobody reads its lines any more", () => {
  const node = `"${process.execPath}" --import tsx --conditions=@unfold/source "${PROGRAM}"`;
  const command = `${node} micrograd anotsorandomwalk bold-driver --json --seed 1 | head -n 1`;
  const { stdout, stderr } = spawnSync("sh", ["-c", command], { encoding: "utf8" });
  expect(stdout.split("\n").map((line) => line.slice(0, 19))).toEqual(['{"name":"micrograd"', ""]);
  expect(stderr).toBe("");
});

test("an unknown row is refused", async () => {
  await expect(reproduceCommand(["nothing"])).rejects.toThrow(
    /^npm run reproduce -- NAME: NAME must be one of mazur, .*, got "nothing"\.$/,
  );
});
