/** What tests of reassociating passes share: the comparison of graphs up to the order of sums. */
import { evaluateAll, leavesOf, topologicalOrder, verify, type NdArray, type Node } from "@unfold/core";
import { expect } from "vitest";
import type { Pass } from "../../../src/passes/pass.js";
import { byNumber, expectUntouched } from "../same-bits.js";

/** At f64, sums of a few hundred products added in another order, amplified by a few steps of bounded functions. */
const RTOL = 1e-10;

/** Equal types, and values that differ by less than `rtol` of the largest element. */
export function expectNear(
  before: readonly Node[],
  after: readonly Node[],
  values: Readonly<Record<string, NdArray>>,
  rtol: number = RTOL,
): void {
  verify(topologicalOrder(after));
  const known = leavesOf(before, "input");
  expect(leavesOf(after, "input").filter((leaf) => !known.includes(leaf))).toEqual([]);
  const [wanted, found] = [before, after].map((nodes) => evaluateAll(byNumber(nodes), values));
  for (const name in wanted) {
    const [a, b] = [found![name]!, wanted[name]!];
    expect(a.type).toEqual(b.type);
    const scale = Math.max(1, ...Array.from(b.data, Math.abs));
    b.data.forEach((element, i) => {
      if (Object.is(a.data[i], element) || Math.abs(a.data[i]! - element) <= rtol * scale) return;
      expect(a.data[i], `result ${name}, element ${i}`).toBe(element);
    });
  }
}

/** The results of a pass, verified, near the values before, and untouched by a second run. */
export function expectPass(
  pass: Pass,
  before: readonly Node[],
  values: Readonly<Record<string, NdArray>>,
): readonly Node[] {
  const after = pass.run(before);
  expectNear(before, after, values);
  expectUntouched(pass.run(after), after);
  return after;
}
