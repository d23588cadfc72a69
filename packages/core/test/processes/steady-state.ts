/** Many steps of a small training step: what JavaScript allocates meanwhile, and whether WebAssembly's memory grows. */
import {
  add,
  createRuntime,
  gradient,
  input,
  matmul,
  mul,
  param,
  square,
  sub,
  sum,
  tanh,
  type BackendName,
} from "@unfold/core";

declare const gc: () => void;
const STEPS = 10_000;

const x = input("x", [4, 8]);
const target = input("target", [4, 2]);
const w = param(
  "w",
  Array.from({ length: 8 }, (_, i) => [i / 10, -i / 10]),
);
const loss = sum(square(sub(tanh(matmul(x, w)), target)));
const [slope] = gradient(loss, [w]);
const runtime = await createRuntime({ backend: process.argv[2] as BackendName });
const { run } = await runtime.compile({
  inputs: { x, target },
  outputs: { loss },
  updates: [[w, add(w, mul(slope, -0.01))]],
});
const values = { x: Float32Array.from({ length: 32 }, (_, i) => Math.sin(i)), target: new Float32Array(8).fill(0.5) };
// The engine allocates until it has optimized everything.
for (let i = 0; i < 5 * STEPS; i++) run(values);

gc();
const { memoryBytes } = runtime.report();
const before = process.memoryUsage().heapUsed;
for (let i = 0; i < STEPS; i++) run(values);
const after = process.memoryUsage().heapUsed;
gc();
const left = process.memoryUsage().heapUsed;
console.log(
  JSON.stringify({
    backend: runtime.report().backend,
    garbagePerStep: (after - before) / STEPS,
    leftPerStep: (left - before) / STEPS,
    memoryGrowth: runtime.report().memoryBytes - memoryBytes,
  }),
);
