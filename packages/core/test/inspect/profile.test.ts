/** Profiles: what was called how often, how much it computed, and both pictures of it. */
import {
  add,
  constant,
  createRuntime,
  input,
  label,
  matmul,
  profileHtml,
  profileTable,
  scan,
  tanh,
  type ProfileRow,
} from "@unfold/core";
import { describe, expect, test } from "vitest";
import { problemOf } from "../problem-of.js";

const x = input("x", [5, 4, 6]);
const recurrent = constant(Array.from({ length: 6 }, () => [1, 2, 3, 4, 5, 6].map((value) => value / 100)));
const { outputs } = scan({
  steps: 5,
  sequences: { x },
  delays: { h: { initial: constant([Array.from({ length: 4 }, () => [0, 0, 0, 0, 0, 0])]) } },
  step: ({ sequences, delays }) => {
    const h = label("cell/h", tanh(add(matmul(delays.h, recurrent), sequences.x)));
    return { next: { h }, outputs: { h } };
  },
});
const request = { inputs: { x }, outputs };
const values = { x: Float32Array.from({ length: 120 }, (_, i) => Math.sin(i)) };

describe.each(["interpreter", "wasm-simd"] as const)("a profile on %s", (backend) => {
  test("counts every call, shares all of the time out, and can be forgotten", async () => {
    const runtime = await createRuntime({ backend, profile: true });
    const { run, profile } = await runtime.compile(request);
    run(values);
    run(values);
    const rows = profile({ reset: true });
    const h = rows.find(({ node }) => node === "cell/h")!;
    expect(h).toMatchObject({ op: "tanh", path: ["scan 1 ×5"], calls: 10 });
    expect(rows.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
    expect(rows.every(({ milliseconds }) => milliseconds >= 0)).toBe(true);
    expect(profile().map(({ calls, milliseconds }) => [calls, milliseconds])).toEqual(rows.map(() => [0, 0]));
    run(values);
    expect(profile().find(({ node }) => node === "cell/h")?.calls).toBe(5);
  });

  test("changes no value", async () => {
    const runs = await Promise.all(
      [true, false].map(async (profile) => {
        const { run } = await (await createRuntime({ backend, profile })).compile(request);
        return [...run(values).h.data];
      }),
    );
    expect(runs[0]).toEqual(runs[1]);
  });

  test("is refused if nothing was timed", async () => {
    const { profile } = await (await createRuntime({ backend })).compile(request);
    expect(problemOf(() => profile())).toEqual({
      code: "PROFILE_OFF",
      message:
        "profile(): the runtime must time its programs, got one that does not. createRuntime({ profile: true }).",
    });
  });
});

test("operations of compiled code: 2 m n k of products, those of a loop times its iterations; known before it runs", async () => {
  const runtime = await createRuntime({ backend: "wasm-simd", profile: true });
  const a = input("a", [3, 4]);
  const b = input("b", [4, 5]);
  const { run, profile } = await runtime.compile({
    inputs: { a, b },
    outputs: { c: matmul(a, b), d: add(a, add(a, a)) },
  });
  expect(runtime.report().programs[0]?.flops).toBe(2 * 3 * 4 * 5 + 2 * 3 * 4);
  for (let i = 0; i < 3; i++) run({ a: new Float32Array(12), b: new Float32Array(20) });
  const rows = profile();
  expect(rows.find(({ op }) => op === "matmul")).toMatchObject({ kernel: "matmul 3×4×5", calls: 3, flops: 3 * 120 });
  expect(rows.reduce((sum, { flops }) => sum + flops, 0)).toBe(3 * (120 + 24));
});

const rows: readonly ProfileRow[] = [
  {
    kernel: "map [4] 2 operations",
    node: "gru/<h>",
    op: "tanh",
    path: ["scan 1 ×50"],
    calls: 100,
    milliseconds: 1,
    flops: 8e5,
    gflops: 0.8,
    share: 0.25,
  },
  {
    kernel: "matmul 4×4×4",
    node: "matmul",
    op: "matmul",
    path: [],
    calls: 2,
    milliseconds: 3,
    flops: 6e7,
    gflops: 20,
    share: 0.75,
  },
];

test("a table has the slowest first and the sum last", () => {
  expect(`\n${profileTable(rows)}\n`).toMatchInlineSnapshot(`
    "
       ms   share  calls  GFLOP/s  kernel                node     inside
    3.000   75.0%      2     20.0  matmul 4×4×4          matmul
    1.000   25.0%    100      0.8  map [4] 2 operations  gru/<h>  scan 1 ×50
    4.000  100.0%    102     15.2  all
    "
  `);
});

test("a page nests loops, labels and kernels, and is one valid document whatever labels hold", () => {
  const page = profileHtml(rows, "Step & co");
  const body = page.slice(page.indexOf("<body>"), page.indexOf("</body>"));
  expect(body.replaceAll("><", ">\n<")).toMatchInlineSnapshot(`
    "<body>
    <h1>Step &#38; co</h1>
    <div class="frame" style="flex-grow: 4000000">
    <span class="name" title="program: 4.000 ms, 100.0 %">program: 4.000 ms, 100.0 %</span>
    <div class="parts">
    <div class="frame" style="flex-grow: 1000000">
    <span class="name loop" title="scan 1 ×50: 1.000 ms, 25.0 %">scan 1 ×50: 1.000 ms, 25.0 %</span>
    <div class="parts">
    <div class="frame" style="flex-grow: 1000000">
    <span class="name" title="gru: 1.000 ms, 25.0 %">gru: 1.000 ms, 25.0 %</span>
    <div class="parts">
    <div class="frame" style="flex-grow: 1000000">
    <span class="name" title="&#60;h&#62;: 1.000 ms, 25.0 %">&#60;h&#62;: 1.000 ms, 25.0 %</span>
    <div class="parts">
    <div class="frame" style="flex-grow: 1000000">
    <span class="name kernel" title="map [4] 2 operations: 1.000 ms, 25.0 %, 100 calls, 0.8 GFLOP/s">map [4] 2 operations: 1.000 ms, 25.0 %, 100 calls, 0.8 GFLOP/s</span>
    </div>
    </div>
    </div>
    </div>
    </div>
    </div>
    </div>
    <div class="frame" style="flex-grow: 3000000">
    <span class="name kernel" title="matmul 4×4×4: 3.000 ms, 75.0 %, 2 calls, 20.0 GFLOP/s">matmul 4×4×4: 3.000 ms, 75.0 %, 2 calls, 20.0 GFLOP/s</span>
    </div>
    </div>
    </div>
    "
  `);
  expect(page).not.toContain("<h>");
  expect(page).not.toContain("http");
});

test("a profile of nothing is shown, too", () => {
  expect(profileTable([])).toContain("0.000");
  expect(profileHtml([])).toContain("program: 0.000 ms, 0.0 %");
});
