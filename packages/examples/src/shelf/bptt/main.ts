/** Backpropagation through time: the gradient of one weight is a sum, with a part from every step at which it was used. */
import {
  add,
  broadcastTo,
  evaluate,
  evaluateAll,
  foldedGraph,
  gradient,
  input,
  label,
  mul,
  param,
  square,
  sub,
  tanh,
  textTable,
  unfold,
  unfoldedPicture,
  type FloatNode,
  type Node,
} from "@unfold/rnn";
import { barChart, figure, svgPicture } from "@unfold/report";
import { defineExample } from "../example.js";

/** What is read, and what h is to be at the end. */
const X = [1, 0.5, -1, 0.25, 0.5];
const TARGET = 0.8;
const [U, W] = [0.5, 0.9];
/** Of the differences that the sum is compared with. */
const H = 1e-5;

/** One unit: h_t = tanh(w_t h_{t-1} + u x_t). The weight comes as a sequence, so that each use has a name of its own. */
const unit = foldedGraph("unit", ({ sequence, delay }) => {
  const [x, w] = [sequence("x", []), sequence("w", [])];
  const h = delay("h", [], { initial: 0.5 });
  const next = label("h", tanh(add(mul(w, h), mul(param("u", U), x))));
  return { next: { h: next }, outputs: { h: next } };
});

export const example = defineExample({
  title: "Backpropagation through time: one weight, a part of its gradient from every step",
  settings: {},
  run: async () => {
    const w = param("w", W);
    const x = input("x", [X.length]);
    const uses = broadcastTo(w, [X.length]);
    const unfolded = unfold(unit, X.length, { x, w: uses });
    const h = unfolded.perStep.map((step) => step.h);
    const loss = mul(0.5, square(sub(h.at(-1)!, TARGET)));
    const [whole, perUse] = gradient(loss, [w, uses]);
    const errors = gradient(loss, h);
    const found = evaluateAll({ whole, perUse, loss, h: unfolded.outputs.h }, { x: X });
    const back = evaluateAll(named(errors), { x: X });
    const parts = [...found.perUse.data];
    const rows = X.map((read, t) => [
      String(t),
      String(read),
      (t === 0 ? 0.5 : found.h.data[t - 1]!).toFixed(4),
      found.h.data[t]!.toFixed(4),
      back[t]!.item().toFixed(6),
      parts[t]!.toFixed(6),
    ]);
    const differences = centralDifference();
    return {
      figures: {
        h: [...found.h.data],
        loss: found.loss.item(),
        parts,
        sum: parts.reduce((sum, part) => sum + part, 0),
        gradient: found.whole.item(),
        differences,
      },
      text: [
        textTable([["t", "x", "h before", "h", "∂loss/∂h", "part of ∂loss/∂w"], ...rows], () => true),
        `Sum of the parts: ${parts.reduce((sum, part) => sum + part, 0).toFixed(6)}; gradient of the shared weight: ${found.whole.item().toFixed(6)}; by differences: ${differences.toFixed(6)}.`,
      ].join("\n"),
      parts: [
        figure(
          barChart({
            x: { name: "step", categories: [...X.map((_, t) => `t = ${t}`), "sum"] },
            y: { name: "∂loss/∂w" },
            bars: [{ name: "part of the gradient", heights: [...parts, found.whole.item()] }],
          }),
          "What the use of w at each step adds to its gradient. A part is what came back to the step, times the h that the weight multiplied there.",
        ),
        figure(
          await svgPicture(
            unfoldedPicture(unfolded, {
              edgeText: (from: Node) => {
                const t = (h as readonly Node[]).indexOf(from);
                return t === -1 ? undefined : back[t]!.item().toPrecision(2);
              },
            }),
          ),
          "The unfolded unit. On the edges that leave h: ∂loss/∂h, which comes back along them.",
        ),
      ],
    };
  },
});

function named(nodes: readonly FloatNode[]): Record<number, FloatNode> {
  return Object.fromEntries(nodes.map((node, i) => [i, node]));
}

/** (loss(w + h) - loss(w - h)) / 2h, all uses moved together. */
function centralDifference(): number {
  const lossAt = (weight: number): number => {
    const w = X.map(() => weight);
    const h = evaluate(unfold(unit, X.length).outputs.h, { x: X, w }).data;
    return 0.5 * (h.at(-1)! - TARGET) ** 2;
  };
  return (lossAt(W + H) - lossAt(W - H)) / (2 * H);
}
