/** Arithmetic of graphs: by hand, and as compiled code has it. */
import {
  add,
  constant,
  createRuntime,
  gather,
  gradient,
  graphFlops,
  input,
  less,
  matmul,
  mul,
  relu,
  scan,
  sum,
  transpose,
} from "@unfold/core";
import { expect, test } from "vitest";

test("products, elementwise results and sums by hand", () => {
  const [x, w] = [input("x", [2, 8, 3]), input("w", [2, 3, 4])];
  expect(graphFlops([matmul(x, w)])).toBe(2 * 2 * 8 * 3 * 4);
  expect(graphFlops([sum(mul(x, x), { axes: 0 })])).toBe(48 + 48);
  expect(graphFlops([transpose(x), less(x, 0), gather(x, constant([0], "i32"))])).toBe(0);
});

test("a node is counted once, and what is given not at all", () => {
  const x = input("x", [5]);
  const y = relu(x);
  const z = add(y, y);
  expect(graphFlops([z, y, z])).toBe(10);
  expect(graphFlops([z], [y])).toBe(5);
  expect(graphFlops([y], [z])).toBe(0);
});

test("a product and its gradients are three products, as in compiled code", async () => {
  const [x, w] = [input("x", [8, 5]), input("w", [5, 4])];
  const product = matmul(x, w);
  const slopes = gradient(sum(product), [x, w]);
  const runtime = await createRuntime({ optimize: false });
  await runtime.compile({ inputs: { x, w }, outputs: { product, x: slopes[0], w: slopes[1] } });
  const { flops } = runtime.report().programs.at(-1)!;
  expect(graphFlops([product, ...slopes])).toBe(3 * 2 * 8 * 5 * 4);
  expect(flops).toBe(3 * 2 * 8 * 5 * 4);
});

test("a scan takes T times its step", () => {
  const [all, w] = [input("x", [7, 2, 4]), input("w", [4, 4])];
  const { outputs } = scan({
    steps: 7,
    sequences: { x: all },
    delays: {
      h: {
        initial: constant([
          [
            [0, 0, 0, 0],
            [0, 0, 0, 0],
          ],
        ]),
      },
    },
    step: ({ sequences: { x }, delays: { h } }) => {
      const next = add(matmul(h, w), x);
      return { next: { h: next }, outputs: { h: next } };
    },
  });
  expect(graphFlops([outputs.h])).toBe(7 * (2 * 2 * 4 * 4 + 8));
});
