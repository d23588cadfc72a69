/** Two ways to run one recurrence: what they yield, and that it is the same. */
import {
  add,
  evaluateAll,
  gradient,
  sin,
  square,
  sum,
  type FloatNode,
  type NdArray,
  type Node,
  type RecurrenceValues,
} from "@unfold/rnn";
import { expect } from "vitest";

/** Sums of at most some hundreds of products below 10, in other orders. */
const RTOL = 1e-11;

/** Values of inputs, by name. */
export type Values = Readonly<Record<string, NdArray>>;

/** Everything a recurrence yields, by name. */
export function everything({ outputs, last, final }: RecurrenceValues): Record<string, Node> {
  const prefixed = (prefix: string, nodes: Readonly<Record<string, Node>>): (readonly [string, Node])[] =>
    Object.entries(nodes).map(([name, node]) => [`${prefix} ${name}`, node]);
  return Object.fromEntries([...prefixed("output", outputs), ...prefixed("last", last), ...prefixed("final", final)]);
}

/** A loss that depends on all of it. */
export function lossOf(values: RecurrenceValues): FloatNode {
  return Object.values(everything(values))
    .map((node, i) => sum(sin(add(square(node as FloatNode), i))))
    .reduce((total, term) => add(total, term));
}

/** To the last bit, at both precisions. */
export function expectSameValues(
  a: Readonly<Record<string, Node>>,
  b: Readonly<Record<string, Node>>,
  values: Values,
): void {
  for (const precision of ["f64", "f32"] as const) {
    expect(evaluateAll(a, values, { precision })).toEqual(evaluateAll(b, values, { precision }));
  }
}

/** But for the order of sums, of a loss that depends on everything. */
export function expectSameGradients(
  a: RecurrenceValues,
  b: RecurrenceValues,
  wrt: readonly FloatNode[],
  values: Values,
): void {
  const named = (loss: FloatNode): Record<string, Node> =>
    Object.fromEntries(gradient(loss, wrt, { missing: "zero" }).map((slope, i) => [wrt[i]!.label!, slope]));
  const [found, wanted] = [evaluateAll(named(lossOf(a)), values), evaluateAll(named(lossOf(b)), values)];
  for (const name in wanted) {
    const scale = Math.max(1, ...Array.from(wanted[name]!.data, Math.abs));
    found[name]!.data.forEach((element, i) => {
      expect(Math.abs(element - wanted[name]!.data[i]!), `${name}[${i}]`).toBeLessThanOrEqual(RTOL * scale);
    });
  }
}
