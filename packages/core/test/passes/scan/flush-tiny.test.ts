/** What fades is taken for 0 in time, and nothing else changes. */
import {
  add,
  constant,
  evaluate,
  gradient,
  input,
  matmul,
  mul,
  reshape,
  scan,
  sum,
  tanh,
  type FloatNode,
} from "@unfold/core";
import { randomScan } from "@unfold/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { computedBy } from "../../../src/graph/scan-body.js";
import { flushTiny } from "../../../src/passes/scan/flush-tiny.js";
import { expectUntouched } from "../same-bits.js";
import { expectPass } from "./near-values.js";
import { bodiesOf, countInside } from "./printed.js";

/** value · factor^steps, one step after the other. */
function fading(value: FloatNode | number, factor: number, steps: number): FloatNode {
  const initial = typeof value === "number" ? constant([value]) : value;
  const { final } = scan({
    steps,
    sequences: {},
    delays: { h: { initial } },
    step: ({ delays: { h } }) => ({ next: { h: mul(h, factor) }, outputs: {} }),
  });
  return final.h;
}

const flushed = (node: FloatNode): number => evaluate(flushTiny.run([node])[0] as FloatNode).data[0]!;

test("scans and their gradients keep their values, and nothing is left to do", () => {
  fc.assert(
    fc.property(randomScan, ({ results, variables, values }) => {
      const loss = results.map((result) => sum(result)).reduce((total, term) => add(total, term));
      expectPass(flushTiny, [...results, ...gradient(loss, variables, { missing: "zero" })], values);
    }),
  );
});

test("what is above 2^-110 keeps every bit, what falls below it becomes 0, at any sign and factor", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 0.99 }),
      fc.double({ min: 0.5, max: 2 }),
      fc.constantFrom(1, -1),
      fc.integer({ min: 1, max: 400 }),
      (factor, size, sign, steps) => {
        const node = fading(sign * size, factor, steps);
        const plain = evaluate(node).data[0]!;
        const found = flushed(node);
        // The last product is not read any more.
        if (Math.abs(plain / factor) > 2 ** -109) expect(found).toBe(plain);
        if (Math.abs(plain / factor) < 2 ** -111) expect(found).toBeCloseTo(0, 300);
      },
    ),
  );
});

test.each([NaN, Infinity, -Infinity, 0])("%d stays what it is", (value) => {
  expect(flushed(fading(value, 0.5, 3))).toBe(value);
});

test("a gradient that vanishes through time is 0 before it is subnormal", () => {
  const start = input("start", [1]);
  const [slope] = gradient(sum(fading(start, 0.5, 140)), [start]) as [FloatNode];
  const values = { start: Float32Array.of(1) };
  expect(evaluate(slope, values).data[0]).toBe(2 ** -140);
  expect(evaluate(flushTiny.run([slope])[0] as FloatNode, values).data[0]).toBe(0);
});

test("sums over all steps, and what a product reads, are left alone", () => {
  const x = input("x", [4, 2, 2]);
  const { final } = scan({
    steps: 4,
    sequences: { x },
    delays: {
      h: {
        initial: constant([
          [
            [0, 0],
            [0, 0],
          ],
        ]),
      },
      total: {
        initial: constant([
          [
            [0, 0],
            [0, 0],
          ],
        ]),
      },
    },
    step: ({ sequences, delays: { h, total } }) => {
      const next = tanh(add(matmul(h, h), sequences.x));
      return { next: { h: next, total: add(add(total, next), sequences.x) }, outputs: {} };
    },
  });
  const results = [final.h, final.total];
  expectUntouched(flushTiny.run(results), results);
});

test("scans inside the steps of scans are scans too", () => {
  const outer = scan({
    steps: 3,
    sequences: {},
    delays: { h: { initial: constant([1]) } },
    step: ({ delays: { h } }) => ({ next: { h: reshape(fading(reshape(h, [1]), 0.5, 2), []) }, outputs: {} }),
  });
  const after = flushTiny.run([outer.final.h]);
  const inside = bodiesOf(bodiesOf(after).flatMap(computedBy));
  expect(inside.map((body) => countInside(body, "select"))).toEqual([1]);
  expect(evaluate(after[0] as FloatNode).data).toEqual(evaluate(outer.final.h).data);
});
