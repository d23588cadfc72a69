/** What tests of passes share: values that break sloppy rules, and the comparison of graphs to the last bit. */
import {
  evaluate,
  evaluateAll,
  leavesOf,
  type NdArray,
  type Node,
  type Precision,
  topologicalOrder,
  verify,
} from "@unfold/core";
import { expect } from "vitest";
import type { EvaluateConstant } from "../../src/passes/fold-constants.js";
import type { Pass } from "../../src/passes/pass.js";
import { standardPasses } from "../../src/passes/pipeline.js";

export const precisions: readonly Precision[] = ["f32", "f64"];

/** Twelve numbers: both zeros, NaN, both infinities, subnormal and huge ones, a tie of rounding, and ordinary ones. */
export const specialNumbers: readonly number[] = [
  0,
  -0,
  NaN,
  Infinity,
  -Infinity,
  1,
  -1,
  2 ** -149,
  -3e38,
  1 / 3,
  -2.5,
  1e-300,
];

/** The ends of i32, where it wraps, and numbers that f32 cannot hold. */
export const specialIntegers: readonly number[] = [
  0,
  1,
  -1,
  2 ** 31 - 1,
  -(2 ** 31),
  2 ** 24 + 1,
  7,
  -7,
  3,
  2,
  -2,
  65536,
];

export function evaluatorAt(precision: Precision): EvaluateConstant {
  return (node) => evaluate(node, {}, { precision });
}

/** The passes that keep every bit. */
export function passesAt(precision: Precision): readonly Pass[] {
  return standardPasses(evaluatorAt(precision), true);
}

/** The results in one place, so that they can be evaluated and printed. */
export function byNumber(results: readonly Node[]): Readonly<Record<string, Node>> {
  return Object.fromEntries(results.map((node, i) => [String(i), node]));
}

/** Holds graphs against each other: equal types, no new leaves but constants, and equal values; NaN is NaN. */
export function expectSameBits(
  before: readonly Node[],
  after: readonly Node[],
  values: Readonly<Record<string, NdArray>>,
  precision: Precision,
): void {
  verify(topologicalOrder(after));
  expect(after.map(({ type }) => type)).toEqual(before.map(({ type }) => type));
  for (const role of ["input", "param", "state"] as const) {
    const known = leavesOf(before, role);
    expect(leavesOf(after, role).filter((leaf) => !known.includes(leaf))).toEqual([]);
  }
  const [expected, actual] = [before, after].map((nodes) => evaluateAll(byNumber(nodes), values, { precision }));
  for (const name in expected) expect(textOf(actual![name]!), `result ${name}`).toBe(textOf(expected[name]!));
}

/** Every number as text that reads back as itself, -0 included. */
function textOf({ data }: NdArray): string {
  return Array.from(data, (element) => (Object.is(element, -0) ? "-0" : String(element))).join(" ");
}

/** Holds results to be the very same nodes. */
export function expectUntouched(after: readonly Node[], before: readonly Node[]): void {
  expect(after.length).toBe(before.length);
  after.forEach((node, i) => {
    expect(node).toBe(before[i]);
  });
}
