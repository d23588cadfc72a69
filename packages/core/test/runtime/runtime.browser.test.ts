/** Compiled programs on the main thread of a browser: the same values as the interpreter's, from what the engine offers. */
import {
  add,
  constant,
  createRuntime,
  gradient,
  input,
  log,
  matmul,
  mul,
  param,
  scan,
  square,
  sub,
  sum,
  tanh,
  type BackendName,
} from "@unfold/core";
import { expect, test } from "vitest";
import { rejectionOf } from "../problem-of.js";

const [STEPS, BATCH, UNITS] = [12, 5, 9];
const wave = (size: number): Float32Array => Float32Array.from({ length: size }, (_, i) => Math.sin(i) / 2);
const rows = (count: number): number[][] =>
  Array.from({ length: count }, (_, i) => [...wave(UNITS)].map((value) => value + i / 100));

/** A training step of a small recurrent network: a scan, its gradient, updates. */
function trainingStep() {
  const x = input("x", [STEPS, BATCH, UNITS]);
  const [w, u] = [param("w", rows(UNITS)), param("u", rows(UNITS))];
  const { outputs } = scan({
    steps: STEPS,
    sequences: { x },
    delays: { h: { initial: constant([Array.from({ length: BATCH }, () => new Array<number>(UNITS).fill(0))]) } },
    step: ({ sequences, delays }) => {
      const h = tanh(add(matmul(sequences.x, w), matmul(delays.h, u)));
      return { next: { h }, outputs: { h } };
    },
  });
  const loss = sum(square(sub(outputs.h, 0.3)));
  const [dw, du] = gradient(loss, [w, u]);
  const updates = [
    [w, sub(w, mul(dw, 1e-3))],
    [u, sub(u, mul(du, 1e-3))],
  ] as const;
  return { request: { inputs: { x }, outputs: { loss, h: outputs.h }, updates }, leaves: [w, u] };
}

/** The values after a few steps. */
async function train(backend: BackendName | "auto"): Promise<{ backend: string; values: number[] }> {
  const { request, leaves } = trainingStep();
  const runtime = await createRuntime({ backend });
  const { run } = await runtime.compile(request);
  const values: number[] = [];
  for (let i = 0; i < 5; i++) {
    const { loss, h } = run({ x: wave(STEPS * BATCH * UNITS) });
    values.push(loss.item(), ...h.data);
  }
  for (const leaf of leaves) values.push(...runtime.read(leaf).data);
  return { backend: runtime.report().backend, values };
}

const oracle = train("interpreter");

test.each(["auto", "wasm-simd", "wasm-scalar"] as const)("%s computes what the interpreter does", async (wanted) => {
  const { backend, values } = await train(wanted);
  // Whoever has this browser's age has relaxed SIMD; the processor may lack multiply-add.
  expect(backend).toMatch(wanted === "auto" ? /^wasm-(relaxed|simd)$/ : wanted);
  const expected = (await oracle).values;
  expect(values).toHaveLength(expected.length);
  values.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-4 * Math.max(1, Math.abs(expected[i]!)));
  });
});

test("the report says what was taken", async () => {
  const runtime = await createRuntime();
  await runtime.compile(trainingStep().request);
  const { backend, simd, fma, fallback, memoryBytes, programs } = runtime.report();
  expect({ simd, fma, isFastest: fallback === undefined }).toEqual({
    simd: true,
    fma: backend === "wasm-relaxed",
    isFastest: backend === "wasm-relaxed",
  });
  expect(memoryBytes).toBeGreaterThan(0);
  // More than what a main thread may compile at once.
  expect(programs[0]?.codeBytes).toBeGreaterThan(4096);
});

test("checks and profiles work here, too", async () => {
  const x = input("x", [3]);
  const request = { inputs: { x }, outputs: { y: log(x) } };
  const checked = await (await createRuntime({ check: true })).compile(request);
  const problem = await rejectionOf(Promise.resolve().then(() => checked.run({ x: [1, -1, 1] })));
  expect(problem.code).toBe("NOT_FINITE");
  const { run, profile } = await (await createRuntime({ profile: true })).compile(request);
  run({ x: [1, 2, 3] });
  expect(profile()).toMatchObject([{ op: "log", calls: 1 }]);
});
