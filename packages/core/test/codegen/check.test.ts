/** Checks in loop programs: after every unit, of all that it leaves, and before anything is written over. */
import { add, constant, input, matmul, mul, neg, param, scan, sub } from "@unfold/core";
import { expect, test } from "vitest";
import { lowerProgram } from "../../src/codegen/lower/lower-program.js";
import { printProgram } from "../../src/codegen/print-program.js";

const target = { simd: true, relaxed: false };

test("fused nodes are all stored and checked; a product is checked before what is added; leaves are written at the end", () => {
  const x = input("x", [4, 8]);
  const w = param(
    "w",
    Array.from({ length: 8 }, () => [1, 2]),
  );
  const y = mul(neg(add(matmul(x, w), 1)), 3);
  const graph = { inputs: [x], outputs: [y], updates: [[w, mul(w, 0.5)] as const] };
  expect(printProgram(lowerProgram(graph, target))).toMatchInlineSnapshot(`
    "inputs %0
      %3 = matmul 4×8×2(%0, @w, %4)
      %2 = map [4, 2] 2 operations(%3)
      @w = map [8, 2] 1 operations(@w)
    outputs %2"
  `);
  expect(printProgram(lowerProgram(graph, target, { check: true }))).toMatchInlineSnapshot(`
    "inputs %0
      %3 = matmul 4×8×2(%0, @w)
      %4 = reduce [4, 2] 1 operations(%3)
      check %4, %3
      %5, %6, %2 = map [4, 2] 3 operations(%3)
      %7 = reduce [4, 2] 1 operations(%5)
      check %7, %5
      %9 = reduce [4, 2] 1 operations(%6)
      check %9, %6
      %10 = reduce [4, 2] 1 operations(%2)
      check %10, %2
      %12 = map [8, 2] 1 operations(@w)
      %13 = reduce [8, 2] 1 operations(%12)
      check %13, %12
      @w = map [8, 2] 0 operations(%12)
    outputs %2"
  `);
});

test("a scan is checked in every step", () => {
  const x = input("x", [5, 3]);
  const { outputs } = scan({
    steps: 5,
    sequences: { x },
    delays: { h: { initial: constant([[0, 0, 0]]) } },
    step: ({ sequences, delays }) => {
      const h = mul(sub(sequences.x, delays.h), 3);
      return { next: { h }, outputs: { h } };
    },
  });
  const program = lowerProgram({ inputs: [x], outputs: [outputs.h], updates: [] }, target, { check: true });
  expect(printProgram(program)).toMatchInlineSnapshot(`
    "inputs %0
      %3 = map [1, 3] 0 operations(%2)
      for t0 < 5
        %4, %3 + 3 + 3 t0 = map [3] 2 operations(%0 + 3 t0, %3 + 3 t0)
        %5 = reduce [3] 1 operations(%4)
        check %5, %4
        %6 = reduce [3] 1 operations(%3 + 3 + 3 t0)
        check %6, %3 + 3 + 3 t0
      %1 = map [5, 3] 0 operations(%3 + 3)
    outputs %1"
  `);
});
