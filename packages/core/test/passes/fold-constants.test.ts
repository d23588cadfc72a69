/** What depends on constants only. */
import type { NdArray } from "@unfold/core";
import {
  add,
  broadcastTo,
  constant,
  customGradient,
  div,
  exp,
  foldIn,
  gather,
  input,
  iota,
  less,
  mul,
  printGraph,
  randomKey,
  randomUniform,
  reshape,
  select,
  sum,
  type Node,
} from "@unfold/core";
import { describe, expect, test } from "vitest";
import { constantOp } from "../../src/graph/leaves.js";
import { foldConstants } from "../../src/passes/fold-constants.js";
import { evaluatorAt, expectSameBits, precisions } from "./same-bits.js";

const x = input("x", [2]);
const fold = (node: Node, precision: "f32" | "f64" = "f64"): Node =>
  foldConstants(evaluatorAt(precision)).run([node])[0]!;

test("constants become one, what depends on inputs stays", () => {
  const weights = div(exp(constant([1, 2])), sum(exp(constant([1, 2]))));
  expect(printGraph(fold(mul(x, weights)))).toMatchInlineSnapshot(`
    "%0 = input() : f32[2] "x"
    %1 = constant() {value: [0.2689414213699951, 0.7310585786300049]} : f32[2]
    %2 = mul(%0, %1) : f32[2]
    return %2"
  `);
});

test("equal elements become a repeated number, of any size", () => {
  const large = add(broadcastTo(constant(1), [1000, 1000]), broadcastTo(constant([[2]]), [1000, 1000]));
  expect(printGraph(fold(large))).toMatchInlineSnapshot(`
    "%0 = constant() {value: 3} : f32[]
    %1 = broadcastTo(%0) {shape: [1000, 1000]} : f32[1000, 1000]
    return %1"
  `);
  expect(printGraph(fold(select(less(constant([1, 2]), 3), constant([5, 5]), x)))).toMatchInlineSnapshot(`
    "%0 = constant() {value: 1} : bool[]
    %1 = broadcastTo(%0) {shape: [2]} : bool[2]
    %2 = constant() {value: [5, 5]} : f32[2]
    %3 = input() : f32[2] "x"
    %4 = select(%1, %2, %3) : f32[2]
    return %4"
  `);
});

test("values are rounded as the program would round them", () => {
  const third = div(constant(1), 3);
  expect((fold(third, "f32").attrs["value"] as NdArray).item()).toBe(Math.fround(1 / 3));
  expect((fold(third, "f64").attrs["value"] as NdArray).item()).toBe(1 / 3);
  // Rounding the factors first, as f32 does, is seen in the product.
  const product = mul(constant([0.1, 0.2]), constant([0.3, 7]));
  for (const precision of precisions) expectSameBits([product], [fold(product, precision)], {}, precision);
});

test("-0, NaN and infinities keep their signs", () => {
  const special = mul(constant([-0, 0, NaN, Infinity]), -1);
  for (const precision of precisions) expectSameBits([special], [fold(special, precision)], {}, precision);
  expect(printGraph(fold(special))).toContain("{value: [0, -0, NaN, -Infinity]}");
  expect(printGraph(fold(mul(constant([-0, -0]), 1)))).toContain("{value: -0}");
  expect(printGraph(fold(mul(constant([0, -0]), 1)))).toContain("{value: [0, -0]}");
});

test("random numbers from a constant key are constants", () => {
  const noise = randomUniform(foldIn(randomKey(1), 7), [3]);
  expect(fold(noise).op).toBe(constantOp);
  for (const precision of precisions) expectSameBits([noise], [fold(noise, precision)], {}, precision);
});

describe("it leaves", () => {
  test.each<readonly [string, Node]>([
    ["more than 4096 elements", iota(4097)],
    ["a broadcast of different elements", broadcastTo(constant([1, 2]), [3, 2])],
    ["a repeated number", broadcastTo(constant(1), [3, 2])],
    ["a custom gradient, whose functions may do anything", customGradient([], constant(1), { vjp: () => [] })],
    ["what would fail, so that it fails when it runs", gather(constant([1, 2]), constant([2], "i32"))],
    ["inputs", reshape(x, [2, 1])],
  ])("%s", (_, node) => {
    expect(fold(node)).toBe(node);
  });

  test("4097 elements, but not 4096", () => {
    expect(fold(iota(4096)).op).toBe(constantOp);
  });
});

test("a mistake of the evaluator is not swallowed", () => {
  const pass = foldConstants(() => {
    throw new TypeError("no");
  });
  expect(() => pass.run([iota(3)])).toThrow(TypeError);
});
