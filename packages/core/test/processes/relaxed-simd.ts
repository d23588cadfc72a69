/** Switches relaxed SIMD on, first of all or after a program was compiled ("late"), and says what runtimes make of it. */
import { createRuntime, input, mul, type Runtime } from "@unfold/core";
import { enableRelaxedSimd } from "@unfold/core/node";

const x = input("x", [4]);
const values = { x: [1, 2, 3, 4] };

async function squares(runtime: Runtime): Promise<number[]> {
  const { run } = await runtime.compile({ inputs: { x }, outputs: { y: mul(x, x) } });
  return [...run(values).y.data];
}

const isLate = process.argv[2] === "late";
const earlier = isLate ? await createRuntime() : undefined;
const before = earlier && { backend: earlier.report().backend, squares: await squares(earlier) };
const first = enableRelaxedSimd();
const second = enableRelaxedSimd();
const runtime = await createRuntime();
const { backend, fma, fallback = "none" } = runtime.report();
const later = earlier && { backend: earlier.report().backend, squares: await squares(earlier) };
console.log(
  JSON.stringify({ before, first, second, after: { backend, fma, fallback, squares: await squares(runtime) }, later }),
);
