/** One way to write things. The rules themselves are tested one by one in rules.test.ts. */
import { add, input, maximum, mul, neg, printGraph, sub } from "@unfold/core";
import { expect, test } from "vitest";
import { canonicalize } from "../../src/passes/canonicalize.js";
import { expectUntouched } from "./same-bits.js";

const x = input("x", [2]);
const y = input("y", [2]);

test("constants stand on the right, and changes of sign disappear", () => {
  const [result] = canonicalize.run([add(add(1, maximum(0, x)), neg(mul(neg(x), neg(y))))]);
  expect(printGraph(result!)).toMatchInlineSnapshot(`
    "%0 = input() : f32[2] "x"
    %1 = constant() {value: 0} : f32[]
    %2 = broadcastTo(%1) {shape: [2]} : f32[2]
    %3 = maximum(%0, %2) : f32[2]
    %4 = constant() {value: 1} : f32[]
    %5 = broadcastTo(%4) {shape: [2]} : f32[2]
    %6 = add(%3, %5) : f32[2]
    %7 = input() : f32[2] "y"
    %8 = mul(%0, %7) : f32[2]
    %9 = sub(%6, %8) : f32[2]
    return %9"
  `);
});

test("operands that are not constant stay in the order in which they were written", () => {
  const results = [add(x, y), add(y, x), mul(y, x), sub(1, x)];
  expectUntouched(canonicalize.run(results), results);
});
