/** More memory than there is: a clear error, after which the runtime goes on as if nothing had been asked. */
import { add, constant, createRuntime, input, matmul, mul, param, sum, tanh } from "@unfold/core";
import { expect, test } from "vitest";
import { RuntimeMemory } from "../../src/runtime/wasm/memory.js";
import { engine } from "../../src/runtime/wasm/engine.js";
import { problemOf, rejectionOf } from "../problem-of.js";

test.each([
  [
    "wasm-simd",
    "runtime memory: a runtime's memory must be at most 4294967296 bytes (4096.0 MiB), and the system must have it, got a request that needs ",
  ],
  ["interpreter", "interpreter: a value must fit into an array, and the system must have the memory, got f32["],
] as const)("a program that is too large for %s", async (backend, message) => {
  const runtime = await createRuntime({ backend });
  const [x, w] = [input("x", [2]), param("w", [1, 2])];
  const { run } = await runtime.compile({ inputs: { x }, outputs: { y: mul(x, w) }, updates: [[w, add(w, 1)]] });
  expect([...run({ x: [1, 1] }).y.data]).toEqual([1, 2]);
  const before = runtime.report();

  // The same path as that of a leaf of the next program, and a constant that takes memory.
  const bias = param("bias", [1]);
  const [column, row] = [input("column", [200_000, 1]), input("row", [1, 200_000])];
  const own = mul(bias, constant(Array.from({ length: 200_000 }, (_, i) => [i])));
  const tooLarge = tanh(matmul(add(column, own), row));
  const problem = await rejectionOf(runtime.compile({ inputs: { column, row }, outputs: { tooLarge } }));
  expect(problem.code).toBe("MEMORY_LIMIT");
  expect(problem.message.startsWith(message), problem.message).toBe(true);

  expect(runtime.report()).toEqual(before);
  expect(problemOf(() => runtime.read(bias)).code).toBe("LEAF_UNKNOWN");
  expect([...run({ x: [1, 1] }).y.data]).toEqual([2, 3]);
  const smaller = await runtime.compile({ outputs: { total: sum(mul(param("bias", [3]), w)) } });
  expect(smaller.run({}).total.item()).toBe(3 * (3 + 4));
});

test("leaves of a program that fails stay if another one has come to use them", async () => {
  const runtime = await createRuntime({ backend: "wasm-simd" });
  const w = param("w", [2]);
  const x = input("x", [200_000, 1]);
  const row = constant([Array.from({ length: 30_000 }, () => 1)]);
  const [huge, small] = await Promise.allSettled([
    runtime.compile({ inputs: { x }, outputs: { y: matmul(mul(x, w), row) } }),
    runtime.compile({ outputs: { y: mul(w, 2) } }),
  ]);
  expect(huge.status).toBe("rejected");
  expect(small.status === "fulfilled" && small.value.run({}).y.item()).toBe(4);
  expect(runtime.read(w).item()).toBe(2);
});

test("an arena that cannot grow stays where it was", () => {
  const memory = new RuntimeMemory(engine()!);
  memory.reserveArena(1000);
  const used = memory.usedBytes;
  expect(
    problemOf(() => {
      memory.reserveArena(5e9);
    }).code,
  ).toBe("MEMORY_LIMIT");
  expect([memory.usedBytes, memory.bytes]).toEqual([used, 65536]);
  const elsewhere = memory.allocate(64);
  expect(elsewhere >= memory.arena + 1000 || elsewhere + 64 <= memory.arena).toBe(true);
});
