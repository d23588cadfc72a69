/** Switches revectorization on, and multiplies matrices with it. */
import { createRuntime, evaluateAll, input, matmul } from "@unfold/core";
import { enableRevectorization } from "@unfold/core/node";

const { isEnabled, engine } = enableRevectorization();
const runtime = await createRuntime({ engine });
const sizes = { rows: 37, inner: 29, columns: 53 };
const a = input("a", [sizes.rows, sizes.inner]);
const b = input("b", [sizes.inner, sizes.columns]);
const outputs = { c: matmul(a, b) };
// Whole numbers, whose products and sums are exact in any order.
const whole = (size: number): Float32Array => Float32Array.from({ length: size }, (_, i) => ((i * 7) % 13) - 6);
const values = { a: whole(sizes.rows * sizes.inner), b: whole(sizes.inner * sizes.columns) };
const { run } = await runtime.compile({ inputs: { a, b }, outputs });
const expected = evaluateAll(outputs, values).c.data;
// Often enough for the engine's optimizing compiler to take over.
const wrong = Array.from({ length: 3000 }, () => run(values).c.data.findIndex((value, i) => value !== expected[i]));
console.log(
  JSON.stringify({ isEnabled, engine, backend: runtime.report().backend, wrong: wrong.filter((i) => i >= 0).length }),
);
