/** Operations that IEEE 754 or the wrapping of integers leaves no choice: equal to their references to the last bit. */
import {
  abs,
  add,
  cast,
  clamp,
  constant,
  div,
  equal,
  evaluate,
  floor,
  isNaN,
  less,
  lessEqual,
  maximum,
  minimum,
  mul,
  ndArray,
  neg,
  notEqual,
  reciprocal,
  relu,
  round,
  select,
  sign,
  sqrt,
  square,
  sub,
  type BoolNode,
  type FloatNode,
  type IntNode,
  type Node,
} from "@unfold/core";
import { expect, test } from "vitest";
import { sampleFloats } from "../ops/lanes/sample-floats.js";
import { computeNode } from "./compute-node.js";

const COUNT = 20_000;
const floats = sampleFloats(COUNT, 100);
/** The same in another order, and halves and whole numbers among them. */
const others = floats.map((_, i) => (i % 3 === 0 ? Math.round(i / 7) / 2 : floats[floats.length - 1 - i]!));
const integers = Int32Array.from([0, 1, -1, 2 ** 31 - 1, -(2 ** 31), ...new Int32Array(floats.buffer).slice(0, COUNT)]);
const otherIntegers = integers.toReversed();

const a: FloatNode = constant(ndArray(floats));
const b: FloatNode = constant(ndArray(others));
const i: IntNode = constant(ndArray(integers));
const j: IntNode = constant(ndArray(otherIntegers));
const truth: BoolNode = less(a, b);

test.each<[string, Node]>([
  ["add", add(a, b)],
  ["sub", sub(a, b)],
  ["mul", mul(a, b)],
  ["div", div(a, b)],
  ["maximum", maximum(a, b)],
  ["minimum", minimum(a, b)],
  ["equal", equal(a, a)],
  ["notEqual", notEqual(a, a)],
  ["less", less(a, b)],
  ["lessEqual", lessEqual(a, b)],
  ["isNaN", isNaN(a)],
  ["abs", abs(a)],
  ["neg", neg(a)],
  ["sqrt", sqrt(a)],
  ["square", square(a)],
  ["reciprocal", reciprocal(a)],
  ["floor", floor(b)],
  ["round", round(b)],
  ["sign", sign(a)],
  ["relu", relu(a)],
  ["clamp", clamp(a, -0.1, 0.3)],
  ["clamp at 0", clamp(a, 0, Infinity)],
  ["clamp at -0", clamp(a, -Infinity, -0)],
  ["select", select(truth, a, b)],
  ["cast to i32", cast(a, "i32")],
  ["cast to bool", cast(a, "bool")],
  ["cast of bool to f32", cast(truth, "f32")],
  ["cast of bool to i32", cast(truth, "i32")],
  ["cast of i32 to f32", cast(i, "f32")],
  ["cast of i32 to bool", cast(i, "bool")],
  ["add of i32", add(i, j)],
  ["sub of i32", sub(i, j)],
  ["mul of i32", mul(i, j)],
  ["square of i32", square(i)],
  ["abs of i32", abs(i)],
  ["neg of i32", neg(i)],
  ["sign of i32", sign(i)],
  ["maximum of i32", maximum(i, j)],
  ["minimum of i32", minimum(i, j)],
  ["less of i32", less(i, j)],
  ["clamp of i32", clamp(i, -5.5, 1e9)],
  ["clamp of i32 without bounds", clamp(i, -Infinity, Infinity)],
  ["clamp of i32 to what no i32 is", clamp(i, 3e9, 4e9)],
  ["clamp of i32 to what no i32 is, below", clamp(i, -4e9, -3e9)],
])("%s", (_, node) => {
  const inputs = node.inputs.map((input) => evaluate(input, {}, { precision: "f32" }));
  const expected = evaluate(node, {}, { precision: "f32" }).data;
  const actual = computeNode(node, inputs, "unfused")!;
  const wrong = actual.findIndex((element, position) => !Object.is(element, expected[position]));
  expect({ position: wrong, element: actual[wrong] }).toEqual({ position: -1, element: undefined });
});
