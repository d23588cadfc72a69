/** Equal computations done once. */
import {
  add,
  cast,
  concat,
  constant,
  customGradient,
  exp,
  input,
  label,
  mul,
  param,
  printGraph,
  randomKey,
  randomUniform,
  slice,
  state,
  sub,
  sum,
  topologicalOrder,
  type Node,
} from "@unfold/core";
import { describe, expect, test } from "vitest";
import { eliminateCommon } from "../../src/passes/eliminate-common.js";
import { expectUntouched } from "./same-bits.js";

const x = input("x", [3, 4]);
const y = input("y", [3, 4]);
const merges = (a: Node, b: Node): boolean => {
  const [first, second] = eliminateCommon.run([a, b]);
  return first === second;
};

test("equal nodes become one, through all levels", () => {
  const twice = (): Node<"f32"> => sum(exp(mul(x, 2)), { axes: 1 });
  expect(printGraph(eliminateCommon.run([add(twice(), twice())])[0]!)).toMatchInlineSnapshot(`
    "%0 = input() : f32[3, 4] "x"
    %1 = constant() {value: 2} : f32[]
    %2 = broadcastTo(%1) {shape: [3, 4]} : f32[3, 4]
    %3 = mul(%0, %2) : f32[3, 4]
    %4 = exp(%3) : f32[3, 4]
    %5 = sum(%4) {axes: [1]} : f32[3]
    %6 = add(%5, %5) : f32[3]
    return %6"
  `);
});

describe("it merges", () => {
  test.each<readonly [string, Node, Node]>([
    ["operands of a commutative op in either order", add(x, y), add(y, x)],
    ["equal small constants", constant([1, NaN, -0]), constant([1, NaN, -0])],
    ["random numbers of one key", randomUniform(randomKey(1), [2]), randomUniform(randomKey(1), [2])],
    ["equal attributes", slice(x, { axis: 0, start: 1 }), slice(x, { axis: 0, start: 1, stop: 3 })],
  ])("%s", (_, a, b) => {
    expect(merges(a, b)).toBe(true);
  });
});

describe("it keeps apart", () => {
  const vjp = (): readonly null[] => [null];
  const large = (): Node => constant(new Float32Array(65));
  test.each<readonly [string, Node, Node]>([
    ["operands in another order", sub(x, y), sub(y, x)],
    ["other attributes", sum(x, { axes: 0 }), sum(x, { axes: 1 })],
    ["attributes that look alike", slice(x, { axis: 0, stop: 1 }), slice(x, { axis: 0, start: 1, stop: 2 })],
    ["0 and -0", constant(0), constant(-0)],
    ["constants of other dtypes", constant([1]), constant([1], "i32")],
    ["constants of other shapes", constant([1]), constant([[1]])],
    ["casts to other dtypes", cast(x, "i32"), cast(x, "bool")],
    ["large constants", large(), large()],
    ["parameters", param("a", [1]), param("b", [1])],
    ["states", state("c", [1]), state("d", [1])],
    ["inputs", x, y],
    ["nodes that hold functions", customGradient([x], x, { vjp }), customGradient([x], x, { vjp })],
    ["parts in another order", concat([x, y], 0), concat([y, x], 0)],
  ])("%s", (_, a, b) => {
    expect(merges(a, b)).toBe(false);
  });
});

test("the first node with a name stays", () => {
  const named = label("named", exp(x));
  const [result] = eliminateCommon.run([add(exp(x), add(named, label("later", exp(x))))]);
  expect(topologicalOrder([result!]).filter(({ op }) => op.name === "exp")).toEqual([named]);
});

test("a graph without equal nodes stays the very same", () => {
  const results = [add(exp(x), y), mul(x, y)];
  expectUntouched(eliminateCommon.run(results), results);
});
