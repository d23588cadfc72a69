/** The text form of folded graphs. */
import { add, elman, foldedGraph, mul, param, printFolded } from "@unfold/rnn";
import { expect, test } from "vitest";
import { twoDelays } from "../recurrences.js";

test("an Elman cell", () => {
  expect(printFolded(elman({ inputs: 2, units: 3, seed: 1 }).fold(4))).toMatchInlineSnapshot(`
    "folded "elman"
      sequence x : f32[4, 2] per step
      delay h : f32[4, 3] = z^-1(%10), initial %12
      %0 = placeholder() : f32[4, 2] "x"
      %1 = param() : f32[2, 3] "elman/inputWeight"
      %2 = matmul(%0, %1) : f32[4, 3]
      %3 = placeholder() : f32[4, 3] "h"
      %4 = param() : f32[3, 3] "elman/recurrentWeight"
      %5 = matmul(%3, %4) : f32[4, 3]
      %6 = add(%2, %5) : f32[4, 3]
      %7 = param() : f32[3] "elman/bias"
      %8 = broadcastTo(%7) {shape: [4, 3]} : f32[4, 3]
      %9 = add(%6, %8) : f32[4, 3]
      %10 = tanh(%9) : f32[4, 3] "h"
      %11 = constant() {value: 0} : f32[]
      %12 = broadcastTo(%11) {shape: [1, 4, 3]} : f32[1, 4, 3]
      yields h = %10"
  `);
});

test("two sequences and delays of 2 and 3 steps", () => {
  expect(printFolded(twoDelays(1, 1).folded)).toMatchInlineSnapshot(`
    "folded "two delays"
      sequence x : f32[1, 2] per step
      sequence z : f32[1, 1] per step
      delay a : f32[1, 2] = z^-2(%10), initial %19
      delay b : f32[1, 3] = z^-3(%18), initial %21
      %0 = placeholder() : f32[1, 2] "x"
      %1 = param() : f32[2, 2] "W"
      %2 = matmul(%0, %1) : f32[1, 2]
      %3 = placeholder() : f32[1, 3] "b"
      %4 = param() : f32[3, 2] "U"
      %5 = matmul(%3, %4) : f32[1, 2]
      %6 = add(%2, %5) : f32[1, 2]
      %7 = param() : f32[2] "bias"
      %8 = broadcastTo(%7) {shape: [1, 2]} : f32[1, 2]
      %9 = add(%6, %8) : f32[1, 2]
      %10 = tanh(%9) : f32[1, 2]
      %11 = placeholder() : f32[1, 1] "z"
      %12 = param() : f32[1, 3] "Z"
      %13 = matmul(%11, %12) : f32[1, 3]
      %14 = placeholder() : f32[1, 2] "a"
      %15 = param() : f32[2, 3] "V"
      %16 = matmul(%14, %15) : f32[1, 3]
      %17 = add(%13, %16) : f32[1, 3]
      %18 = sin(%17) : f32[1, 3]
      %19 = input() : f32[2, 1, 2] "a0"
      %20 = param() : f32[1, 3] "b0"
      %21 = broadcastTo(%20) {shape: [3, 1, 3]} : f32[3, 1, 3]
      yields a = %10, b = %18"
  `);
});

test("a delay that nothing reads is printed too", () => {
  const folded = foldedGraph("memory", ({ sequence, delay }) => {
    const x = sequence("x", []);
    delay("unread", [], { initial: 0 });
    return { next: { unread: x }, outputs: { y: mul(x, param("w", 2)) } };
  });
  expect(printFolded(folded)).toMatchInlineSnapshot(`
    "folded "memory"
      sequence x : f32[] per step
      delay unread : f32[] = z^-1(%0), initial %5
      %0 = placeholder() : f32[] "x"
      %1 = param() : f32[] "w"
      %2 = mul(%0, %1) : f32[]
      %3 = placeholder() : f32[] "unread"
      %4 = constant() {value: 0} : f32[]
      %5 = broadcastTo(%4) {shape: [1]} : f32[1]
      yields y = %2"
  `);
});

test("the text depends on the graph alone", () => {
  const build = (): string =>
    printFolded(
      foldedGraph("counter", ({ delay }) => {
        const n = delay("n", [], { initial: 0 });
        return { next: { n: add(n, 1) }, outputs: { n } };
      }),
    );
  expect(build()).toBe(build());
});
