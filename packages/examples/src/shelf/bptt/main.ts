/** Backpropagation through time: the gradient of one weight is a sum, with a part from every step at which it was used. */
import {
  add,
  evaluate,
  explain,
  explanationHtml,
  explanationText,
  foldedGraph,
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
  type Explanation,
  type FloatNode,
  type Node,
} from "@unfold/rnn";
import { barChart, figure, svgPicture } from "@unfold/report";
import { defineExample } from "../example.js";

/** What is read, what h is before, and what it is to be at the end. */
const [X, FIRST, TARGET] = [[1, 0.5, -1, 0.25, 0.5], 0.5, 0.8] as const;
const [U, W] = [0.5, 0.9];
/** Of the differences that the sum is compared with. */
const H = 1e-5;

/** One unit: h_t = tanh(net_t), net_t = w h_{t-1} + u x_t. */
const unit = (w: FloatNode) =>
  foldedGraph("unit", ({ sequence, delay }) => {
    const h = delay("h", [], { initial: FIRST });
    const net = label("net", add(mul(w, h), mul(param("u", U), sequence("x", []))));
    const next = label("h", tanh(net));
    return { next: { h: next }, outputs: { h: next } };
  });

export const example = defineExample({
  title: "Backpropagation through time: one weight, a part of its gradient from every step",
  settings: {},
  run: async () => {
    const w = param("w", W);
    const { unfolded, loss } = lossOf(w);
    const explanation = explain(loss, { wrt: [w], inputs: { x: [...X] } });
    const { symbol, contributions } = explanation.derivatives.find(({ isAsked }) => isAsked)!;
    const parts = contributions.map(({ value }) => value);
    const sum = parts.reduce((total, part) => total + part, 0);
    const h = explanation.computed.flatMap((one) => (one.symbol.name.label === "h" ? [one.symbol.value] : []));
    const [backToH, backToNet] = [derivativesBy(explanation, "h"), derivativesBy(explanation, "net")];
    const rows = X.map((read, t) => {
      const numbers = [h[t - 1] ?? FIRST, h[t]!, backToH[t]!, backToNet[t]!, parts[t]!];
      return [`${t}`, `${read}`, ...numbers.map((number) => number.toFixed(6))];
    });
    const differences = centralDifference();
    const summary = `Sum of the parts: ${sum.toFixed(6)}; gradient of the shared weight: ${symbol.value.toFixed(6)}; by differences: ${differences.toFixed(6)}.`;
    return {
      figures: { h, loss: explanation.loss.value, parts, sum, gradient: symbol.value, differences },
      text: [
        explanationText(explanation),
        textTable([["t", "x", "h before", "h", "∂E/∂h", "∂E/∂net", "part of ∂E/∂w"], ...rows], () => true),
        summary,
      ].join("\n"),
      parts: [
        figure(
          barChart({
            x: { name: "step", categories: [...X.map((_, t) => `t = ${t}`), "sum"] },
            y: { name: "∂E/∂w" },
            bars: [{ name: "part of the gradient", heights: [...parts, symbol.value] }],
          }),
          `What the use of w at each step adds to its gradient: what came back to the step, times the h that the weight multiplied there. ${summary}`,
        ),
        figure(
          await svgPicture(
            unfoldedPicture(unfolded, {
              edgeText: (from: Node) => {
                const t = unfolded.perStep.findIndex((step) => step.h === from);
                return t === -1 ? undefined : backToH[t]!.toPrecision(2);
              },
            }),
          ),
          "The unfolded unit. On the edges that leave h: ∂E/∂h, which comes back along them.",
        ),
        explanationHtml(explanation),
      ],
    };
  },
});

/** The unit unfolded, and E = ½ (h_last - target)². */
function lossOf(w: FloatNode) {
  const unfolded = unfold(unit(w), X.length, { x: input("x", [X.length]) });
  return { unfolded, loss: label("E", mul(0.5, square(sub(unfolded.last.h, TARGET)))) };
}

/** ∂E by a value of every step, the first step first. */
function derivativesBy({ derivatives }: Explanation, name: string): readonly number[] {
  return derivatives.flatMap(({ symbol }) => (symbol.by.label === name ? [symbol.value] : [])).reverse();
}

/** (E(w + h) - E(w - h)) / 2h, all uses moved together. */
function centralDifference(): number {
  const lossAt = (w: number): number => evaluate(lossOf(param("w", w)).loss, { x: [...X] }).item();
  return (lossAt(W + H) - lossAt(W - H)) / (2 * H);
}
