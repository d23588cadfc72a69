/** Many different programs compiled, run and forgotten in one runtime: what is left of them. */
import { setImmediate } from "node:timers/promises";
import { add, constant, createRuntime, input, matmul, param, tanh, type BackendName } from "@unfold/core";

declare const gc: () => void;
const PROGRAMS = 1000;

const runtime = await createRuntime({ backend: process.argv[2] as BackendName });
const w = param(
  "w",
  Array.from({ length: 16 }, () => Array.from({ length: 16 }, () => 0.1)),
);

/** A program with a constant of its own, of one of a few sizes. */
async function compileAndRun(i: number): Promise<void> {
  const rows = 1 + (i % 7);
  const x = input("x", [rows, 16]);
  const own = constant(Array.from({ length: rows }, (_, row) => Array.from({ length: 16 }, () => i + row)));
  const { run } = await runtime.compile({ inputs: { x }, outputs: { y: tanh(add(matmul(x, w), own)) } });
  run({ x: new Float32Array(rows * 16) });
}

/** Objects are finalized when the event loop turns. */
async function measure(): Promise<{ heap: number; memory: number }> {
  for (let i = 0; i < 3; i++) {
    gc();
    await setImmediate();
  }
  return { heap: process.memoryUsage().heapUsed, memory: runtime.report().memoryBytes };
}

const marks: { heap: number; memory: number }[] = [];
for (let i = 0; i < PROGRAMS; i++) {
  await compileAndRun(i);
  if (i % 100 === 99) marks.push(await measure());
}
// The first programs warm the engine up.
const [first, last] = [marks[4]!, marks.at(-1)!];
console.log(
  JSON.stringify({
    backend: runtime.report().backend,
    programsShown: runtime.report().programs.length,
    heapGrowth: last.heap - first.heap,
    memoryGrowth: last.memory - first.memory,
  }),
);
