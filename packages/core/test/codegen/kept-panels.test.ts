/** What is made of parameters once is made again when somebody has written them, and only then. */
import { createRuntime, input, matmul, mul, param } from "@unfold/core";
import { expect, test } from "vitest";

const SIZE = 96;

function filled(value: number): Float32Array {
  return new Float32Array(SIZE * SIZE).fill(value);
}

test("a product with a parameter follows runtime.write and the updates of other programs", async () => {
  const runtime = await createRuntime({ backend: "wasm-simd" });
  const x = input("x", [1, SIZE]);
  const w = param(
    "w",
    Array.from({ length: SIZE }, () => new Array<number>(SIZE).fill(1)),
  );
  const product = await runtime.compile({ inputs: { x }, outputs: { y: matmul(x, w) } });
  const doubling = await runtime.compile({ updates: [[w, mul(w, 2)]] });
  const ones = new Float32Array(SIZE).fill(1);
  const first = (): number => product.run({ x: ones }).y.data[SIZE - 1]!;
  expect(first()).toBe(SIZE);
  expect(first()).toBe(SIZE);
  doubling.run({});
  expect(first()).toBe(2 * SIZE);
  runtime.write(
    w,
    Array.from({ length: SIZE }, () => new Array<number>(SIZE).fill(0.5)),
  );
  expect(first()).toBe(0.5 * SIZE);
  expect(runtime.read(w).data).toEqual(filled(0.5));
});
