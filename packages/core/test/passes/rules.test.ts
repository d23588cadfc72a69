/** Every rule, one by one: it rewrites what it is for, and keeps every bit of every special value. */
import {
  add,
  broadcastTo,
  cast,
  concat,
  constant,
  div,
  input,
  matmul,
  mul,
  ndArray,
  neg,
  pow,
  printGraph,
  reshape,
  reverse,
  select,
  slice,
  square,
  sub,
  sum,
  topologicalOrder,
  transpose,
  type FloatNode,
  type Node,
} from "@unfold/core";
import { describe, expect, test } from "vitest";
import { canonicalize, canonicalRules } from "../../src/passes/canonicalize.js";
import { rewrite } from "../../src/passes/pass.js";
import type { Rule } from "../../src/passes/pattern.js";
import { reassociate, reassociatingRules } from "../../src/passes/reassociate.js";
import { exactRules, simplifyAlgebra } from "../../src/passes/simplify-algebra.js";
import { canonicalSamples, exactSamples, type SampleBuilder } from "./rule-samples.js";
import { expectSameBits, expectUntouched, precisions, specialIntegers, specialNumbers } from "./same-bits.js";

const operands = {
  x: input("x", [4, 3]),
  y: input("y", [4, 3]),
  n: input("n", [4, 3], "i32"),
  c: input("c", [4, 3], "bool"),
};

/** Every pair of special numbers meets, since y turns by one for each round. */
const rounds = specialNumbers.map((_, turn) => ({
  x: ndArray([...specialNumbers], { shape: [4, 3] }),
  y: ndArray([...specialNumbers.slice(turn), ...specialNumbers.slice(0, turn)], { shape: [4, 3] }),
  n: ndArray([...specialIntegers], { shape: [4, 3], dtype: "i32" }),
  c: ndArray([...specialNumbers.map((_, i) => i % 3 === 0)], { shape: [4, 3], dtype: "bool" }),
}));

describe.each([
  ["canonical", canonicalRules, canonicalSamples],
  ["exact", exactRules, exactSamples],
] as const)("%s rules", (_, rules: readonly Rule[], samples: Readonly<Record<string, readonly SampleBuilder[]>>) => {
  test("have samples, all of them, and different names", () => {
    expect(Object.keys(samples).sort()).toEqual(rules.map(({ name }) => name).sort());
  });

  test("say why they are exact, and do not reassociate", () => {
    expect(rules.filter(({ why, inexact }) => why === "" || inexact)).toEqual([]);
  });

  test.each(rules.map((rule) => [rule.name, rule] as const))("%s", (name, rule) => {
    for (const build of samples[name] ?? []) {
      const before = build(operands);
      // Only the node itself is rewritten, by this rule only, once: what it reads stays.
      const after = rewrite(topologicalOrder([before]), (node) => (node === before ? rule.apply(node) : undefined))(
        before,
      );
      expect(after, printGraph(before)).not.toBe(before);
      for (const precision of precisions) {
        for (const values of rounds) expectSameBits([before], [after], values, precision);
      }
    }
  });
});

const { x, y, n } = operands;
const transposed = input("t", [3, 4]);
const column = broadcastTo(input("column", [4, 1]), [4, 3]);
const row = broadcastTo(input("row", [1, 3]), [4, 3]);
const every = (step: number, start: number): FloatNode => slice(x, { axis: 1, start, stop: start + 1, step });

test.each<readonly [string, Node]>([
  ["x + 0: -0 becomes 0", add(x, 0)],
  ["x - (-0): -0 becomes 0", sub(x, -0)],
  ["0 - x: 0 becomes 0, not -0", sub(0, x)],
  ["x · 0: NaN and ∞ stay", mul(x, 0)],
  ["x - x: NaN and ∞ stay", sub(x, x)],
  ["a - b + b rounds", add(sub(x, y), y)],
  ["-(a - b): 0 becomes -0", neg(sub(x, y))],
  ["-a - b: 1 - 1 is 0, not -0", sub(neg(x), y)],
  ["x / 3 rounds otherwise than x · (1/3)", div(x, 3)],
  ["x / 2^127: its reciprocal is subnormal in f32", div(x, 2 ** 127)],
  ["x^½: (-0)^½ is 0, √-0 is -0", pow(x, 0.5)],
  ["x · (1 + 2^-40): 1 only at f32", mul(x, 1 + 2 ** -40)],
  ["a constant with two values", mul(x, constant([1, 1, 2]))],
  ["i32 → f32 → i32 loses digits", cast(cast(n, "f32"), "i32")],
  ["f32 → i32 → f32 truncates", cast(cast(x, "i32"), "f32")],
  ["f32 → i32 → bool: 0.5 becomes false", cast(cast(x, "i32"), "bool")],
  ["a sum of one element: -0 becomes 0", sum(slice(x, { axis: 0, stop: 1 }), { axes: 0 })],
  ["a sum of equal elements rounds", sum(broadcastTo(x, [3, 4, 3]), { axes: 0 })],
  ["(x · c) · d rounds twice", mul(mul(x, 3), 5)],
  ["a slice across two parts", slice(concat([x, y], 0), { axis: 0, start: 3, stop: 5 })],
  ["parts in another order", concat([slice(x, { axis: 0, start: 2 }), slice(x, { axis: 0, stop: 2 })], 0)],
  ["a join along another axis", concat([concat([x, y], 1), concat([y, x], 1)], 0)],
  ["rows of columns that are not whole", reshape(slice(x, { axis: 1, start: 1 }), [2, 4])],
  ["rows that are cut, too", reshape(slice(x, { axis: 0, stop: 2 }, { axis: 1, start: 1 }), [1, 2, 2])],
  ["parts with a gap", concat([slice(x, { axis: 0, stop: 1 }), slice(x, { axis: 0, start: 2 })], 0)],
  [
    "neighbors along another axis",
    concat([slice(x, { axis: 1, stop: 1 }), slice(x, { axis: 1, start: 1, stop: 2 })], 0),
  ],
  ["neighbors with gaps inside", concat([every(2, 0), every(2, 1)], 1)],
  ["repeated along different axes", mul(column, row)],
  ["0 and -0 in one constant", add(x, constant([-0, 0, -0]))],
  ["columns read as rows", reshape(slice(x, { axis: 1, start: 1 }), [2, 4])],
  ["a reversal that turns something", reverse(reshape(x, [1, 12]), [1])],
  ["a transpose of b, whose products are added otherwise", matmul(x, transpose(x))],
  ["a transpose that is none of matrices", reshape(transpose(reshape(x, [2, 2, 3]), [2, 1, 0]), [4, 3])],
  ["select of two", select(input("m", [4, 3], "bool"), x, y)],
  ["a square of a square", square(square(matmul(transposed, x)))],
])("a look-alike stays: %s", (_, node) => {
  expectUntouched(simplifyAlgebra.run(canonicalize.run([node])), [node]);
});

test("rules that reassociate say so", () => {
  expect(reassociatingRules.map(({ inexact }) => inexact)).not.toContain(false);
});

test("reassociating joins constants, sums and a transposed right operand", () => {
  const w = input("w", [4, 3]);
  const [scaled, total, product] = reassociate.run([
    mul(mul(x, 3), 5),
    sum(sum(x, { axes: 0 }), { axes: 0 }),
    matmul(x, transpose(w)),
  ]);
  expect(printGraph({ scaled: scaled!, total: total!, product: product! })).toMatchInlineSnapshot(`
    "%0 = input() : f32[4, 3] "x"
    %1 = constant() {value: 3} : f32[]
    %2 = broadcastTo(%1) {shape: [4, 3]} : f32[4, 3]
    %3 = constant() {value: 5} : f32[]
    %4 = broadcastTo(%3) {shape: [4, 3]} : f32[4, 3]
    %5 = mul(%2, %4) : f32[4, 3]
    %6 = mul(%0, %5) : f32[4, 3]
    %7 = sum(%0) {axes: [0, 1]} : f32[]
    %8 = input() : f32[4, 3] "w"
    %9 = matmul(%0, %8) {transposeB: true} : f32[4, 4]
    return scaled = %6, total = %7, product = %9"
  `);
});
