/** The text form of graphs. */
import {
  concat,
  constant,
  customGradient,
  gradient,
  input,
  label,
  matmul,
  param,
  printGraph,
  select,
  slice,
  softmax,
  state,
  sum,
  tanh,
  transpose,
} from "@unfold/core";
import { expect, test } from "vitest";

const x = input("x", [2, 3]);

test("attributes that are on, labels, and constants", () => {
  const w = param("layer/W", [
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const h = label("h", tanh(matmul(x, w, { transposeB: true })));
  expect(printGraph({ h, loss: sum(slice(h, { axis: 1, start: 1, step: 2 })) })).toMatchInlineSnapshot(`
    "%0 = input() : f32[2, 3] "x"
    %1 = param() : f32[2, 3] "layer/W"
    %2 = matmul(%0, %1) {transposeB: true} : f32[2, 2]
    %3 = tanh(%2) : f32[2, 2] "h"
    %4 = slice(%3) {start: [0, 1], size: [2, 1], step: [1, 2]} : f32[2, 1]
    %5 = sum(%4) {axes: [0, 1]} : f32[]
    return h = %3, loss = %5"
  `);
});

test("long constants are shortened, special values are not lost", () => {
  const graph = concat([constant([NaN, -0, 0, Infinity, -Infinity, 1, 2, 3]), constant(new Float64Array(9))], 0);
  expect(printGraph(graph)).toMatchInlineSnapshot(`
    "%0 = constant() {value: [NaN, -0, 0, Infinity, -Infinity, 1, 2, 3]} : f32[8]
    %1 = constant() {value: [0, 0, 0, 0, 0, 0, 0, 0, … 9 elements]} : f32[9]
    %2 = concat(%0, %1) {axis: 0} : f32[17]
    return %2"
  `);
});

test("scalars, truth values, integers and empty tensors", () => {
  const graph = select(constant([true, false]), constant([1, -1], "i32"), 7);
  expect(printGraph({ graph, none: constant([]), count: state("count", 3, "i32") })).toMatchInlineSnapshot(`
    "%0 = constant() {value: [1, 0]} : bool[2]
    %1 = constant() {value: [1, -1]} : i32[2]
    %2 = constant() {value: 7} : i32[]
    %3 = broadcastTo(%2) {shape: [2]} : i32[2]
    %4 = select(%0, %1, %3) : i32[2]
    %5 = constant() {value: []} : f32[0]
    %6 = state() : i32[] "count"
    return graph = %4, none = %5, count = %6"
  `);
});

test("functions are not shown", () => {
  const node = customGradient([x], transpose(transpose(x)), { vjp: ({ cotangent }) => [cotangent] });
  expect(printGraph(node)).toMatchInlineSnapshot(`
    "%0 = input() : f32[2, 3] "x"
    %1 = transpose(%0) {permutation: [1, 0]} : f32[3, 2]
    %2 = transpose(%1) {permutation: [1, 0]} : f32[2, 3]
    %3 = customGradient(%2, %0) {vjp: function} : f32[2, 3]
    return %3"
  `);
});

test("a label with quotes and line breaks stays on its line", () => {
  expect(printGraph(label('a "b"\n%9', x)).split("\n").length).toBe(2);
});

test("a gradient is a graph like others", () => {
  const [dx] = gradient(sum(tanh(x)), [x]);
  expect(printGraph(dx)).toMatchInlineSnapshot(`
    "%0 = constant() {value: 1} : f32[]
    %1 = reshape(%0) {shape: [1, 1]} : f32[1, 1]
    %2 = broadcastTo(%1) {shape: [2, 3]} : f32[2, 3]
    %3 = constant() {value: 1} : f32[]
    %4 = broadcastTo(%3) {shape: [2, 3]} : f32[2, 3]
    %5 = input() : f32[2, 3] "x"
    %6 = tanh(%5) : f32[2, 3]
    %7 = square(%6) : f32[2, 3]
    %8 = sub(%4, %7) : f32[2, 3]
    %9 = mul(%2, %8) : f32[2, 3]
    return %9"
  `);
});

test("softmax in terms of its operations", () => {
  expect(printGraph(softmax(x))).toMatchInlineSnapshot(`
    "%0 = input() : f32[2, 3] "x"
    %1 = max(%0) {axes: [1]} : f32[2]
    %2 = reshape(%1) {shape: [2, 1]} : f32[2, 1]
    %3 = stopGradient(%2) : f32[2, 1]
    %4 = abs(%3) : f32[2, 1]
    %5 = constant() {value: Infinity} : f32[]
    %6 = broadcastTo(%5) {shape: [2, 1]} : f32[2, 1]
    %7 = less(%4, %6) : bool[2, 1]
    %8 = constant() {value: 0} : f32[]
    %9 = broadcastTo(%8) {shape: [2, 1]} : f32[2, 1]
    %10 = select(%7, %3, %9) : f32[2, 1]
    %11 = broadcastTo(%10) {shape: [2, 3]} : f32[2, 3]
    %12 = sub(%0, %11) : f32[2, 3]
    %13 = exp(%12) : f32[2, 3]
    %14 = sum(%13) {axes: [1]} : f32[2]
    %15 = reshape(%14) {shape: [2, 1]} : f32[2, 1]
    %16 = broadcastTo(%15) {shape: [2, 3]} : f32[2, 3]
    %17 = div(%13, %16) : f32[2, 3]
    return %17"
  `);
});
