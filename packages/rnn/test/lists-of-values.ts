/** Lists of nodes, such as gradients: their values, and that they are those of other nodes. */
import { evaluateAll, type NdArray, type Node } from "@unfold/rnn";
import { expect } from "vitest";

/** The values of nodes in their order. */
export function evaluateList(nodes: readonly Node[], values: Readonly<Record<string, NdArray>> = {}): NdArray[] {
  const found = evaluateAll(Object.fromEntries(nodes.map((node, i) => [String(i), node])), values);
  return nodes.map((_, i) => found[String(i)]!);
}

/** At most some thousands of products, their sums in other orders: relative to the largest element. */
const RTOL = 1e-11;

/** The same but for the order of sums. */
export function expectClose(found: readonly NdArray[], wanted: readonly NdArray[]): void {
  expect(found.map(({ shape }) => shape)).toEqual(wanted.map(({ shape }) => shape));
  found.forEach(({ data }, i) => {
    const scale = Math.max(1, ...Array.from(wanted[i]!.data, Math.abs));
    data.forEach((element, j) => {
      expect(Math.abs(element - wanted[i]!.data[j]!), `${i}[${j}]`).toBeLessThanOrEqual(RTOL * scale);
    });
  });
}
