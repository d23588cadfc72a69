/** What flows back along an edge is what the node that reads it passes back, and pictures show it. */
import {
  add,
  copyGraph,
  edgeFlow,
  evaluateAll,
  gradient,
  input,
  lstm,
  mul,
  placeholder,
  scan,
  sin,
  square,
  substitute,
  sum,
  unfold,
  unfoldedPicture,
  vjp,
  type FloatNode,
  type Node,
} from "@unfold/rnn";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawReals, lengths, linear, seeds, twoDelays, twoDelaysValues } from "../recurrences.js";

/** Sums of at most some dozens of products below 4, in other orders. */
const ATOL = 1e-12;

/** What one node passes back to one that it reads, differentiated by itself. */
function passedBack(loss: FloatNode, from: Node, to: Node): FloatNode {
  const [cotangent] = gradient(loss, [to as FloatNode], { missing: "zero" });
  const stand = placeholder("from", from.shape);
  const alone = copyGraph([to], new Map<Node, Node>([[from, stand]])).get(to) as FloatNode;
  const [back] = vjp(alone, cotangent, [stand], { missing: "zero" });
  return substitute([back], new Map<Node, Node>([[stand, from]]))[0] as FloatNode;
}

test("along every edge of an unfolded recurrence flows what its reader passes back", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), seeds, (steps, seed) => {
      const { last, outputs } = unfold(twoDelays(2, seed).folded, steps);
      const loss = add(sum(square(last.b)), sum(sin(outputs.a)));
      const edges = edgeFlow(loss);
      const values = twoDelaysValues(steps, 2, seed);
      const norms = evaluateAll(Object.fromEntries(edges.map(({ norm }, i) => [String(i), norm])), values);
      const isFloat = ({ to }: { readonly to: Node }): boolean => to.dtype === "f32";
      const wanted = evaluateAll(
        Object.fromEntries(edges.filter(isFloat).map(({ from, to }, i) => [String(i), passedBack(loss, from, to)])),
        values,
      );
      expect(edges.every(isFloat)).toBe(true);
      for (const i of edges.keys()) {
        expect(Math.abs(norms[i]!.item() - Math.hypot(...wanted[i]!.data))).toBeLessThanOrEqual(ATOL);
      }
    }),
    { numRuns: 10 },
  );
});

test("of a linear recurrence: powers of the weight, on the edges of each step", () => {
  const { last, perStep, columns } = unfold(linear(0.5, { initial: input("h0", []) }), 4);
  const flows = edgeFlow(square(last.h));
  const values = { x: [1, 1, 1, 1], h0: 1 };
  const norms = evaluateAll(Object.fromEntries(flows.map(({ norm }, i) => [String(i), norm])), values);
  // h_3 = 1 + 1/2 + 1/4 + 1/8 + 1/16, and the square sends back 2 h_3.
  const whole = 2 * 1.9375;
  for (const t of [0, 1, 2]) {
    const product = columns[t + 1]!.find((node) => node.op.name === "mul");
    const at = flows.findIndex(({ from, to }) => from === perStep[t]!.h && to === product);
    expect(norms[at]!.item()).toBe(whole * 0.5 ** (3 - t));
  }
});

test("a node read twice by one other has one edge, with all that comes back", () => {
  const x = input("x", []);
  const flows = edgeFlow(mul(x, x));
  expect(flows.map(({ from, to }) => [from === x, to.op.name])).toEqual([[true, "mul"]]);
  expect(evaluateAll({ norm: flows[0]!.norm }, { x: 3 }).norm.item()).toBe(6);
});

test("what enters a scan has one edge", () => {
  fc.assert(
    fc.property(lengths, seeds, (steps, seed) => {
      const x = input("x", [steps]);
      const loss = sum(sin(scan(linear(0.5, { initial: 0 }), steps, { x }).outputs.h));
      const flow = edgeFlow(loss).find(({ from }) => from === x)!;
      const [slope] = gradient(loss, [x]);
      const values = { x: drawReals([steps], seed, "x") };
      const found = evaluateAll({ norm: flow.norm, slope }, values);
      expect(Math.abs(found.norm.item() - Math.hypot(...found.slope.data))).toBeLessThanOrEqual(ATOL);
    }),
  );
});

test("the unfolded picture writes a text on every arrow that has one", () => {
  const unfolded = unfold(lstm({ inputs: 1, units: 2, seed: 1 }).fold(1), 2);
  const flows = edgeFlow(sum(unfolded.last.h));
  const edgeText = (from: Node, to: Node): string | undefined => {
    const i = flows.findIndex((flow) => flow.from === from && flow.to === to);
    return i < 0 ? undefined : `flow ${i}`;
  };
  const picture = unfoldedPicture(unfolded, { edgeText });
  const texts = picture.arrows.flatMap(({ text }) => text ?? []);
  expect(texts.length).toBeGreaterThan(20);
  expect(new Set(texts).size).toBe(texts.length);
  expect(unfoldedPicture(unfolded).arrows.map(({ from, to }) => [from, to])).toEqual(
    picture.arrows.map(({ from, to }) => [from, to]),
  );
});
