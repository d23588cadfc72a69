/** Losses: what a score costs. One score moves, the others stay; the same for regression, where a prediction moves. */
import {
  absoluteError,
  attributeHinge,
  binaryCrossEntropy,
  broadcastTo,
  constant,
  crossEntropy,
  evaluate,
  evaluateAll,
  gradient,
  input,
  meanSquaredError,
  multiclassHinge,
  oneHot,
  sum,
  textTable,
  type FloatNode,
  type IntNode,
} from "@unfold/rnn";
import { figure, lineChart } from "@unfold/report";
import { defineExample } from "../example.js";

/** Scores for three classes, of which the first is right. */
const SCORES = [13, -7, 11];
const LABEL = 0;
const GRID = Array.from({ length: 161 }, (_, i) => -4 + i / 20);
/** Scores of which the right one moves, [N, 3]. */
const MOVED = GRID.map((score) => [score, 0, 1]);
const RIGHT = GRID.map(() => 0);

/** Losses of scores and a label, per example. */
const OF_SCORES: Readonly<Record<string, (scores: FloatNode, label: IntNode) => FloatNode>> = {
  hinge: (scores, label) => multiclassHinge(scores, label, { reduction: "none" }),
  "squared hinge": (scores, label) => multiclassHinge(scores, label, { squared: true, reduction: "none" }),
  "cross-entropy": (scores, label) => crossEntropy(scores, label, { reduction: "none" }),
  "squared error": (scores, label) =>
    sum(meanSquaredError(scores, oneHot(label, 3), { reduction: "none" }), { axes: -1 }),
};
/** Losses of one number. */
const OF_A_NUMBER: Readonly<Record<string, (x: FloatNode) => FloatNode>> = {
  "squared error, target 0": (x) => meanSquaredError(x, broadcastTo(constant(0), x.shape), { reduction: "none" }),
  "absolute error, target 0": (x) => absoluteError(x, broadcastTo(constant(0), x.shape), { reduction: "none" }),
  "logistic, attribute present": (x) => binaryCrossEntropy(x, broadcastTo(constant(1), x.shape), { reduction: "none" }),
  "attribute hinge, attribute present": (x) =>
    attributeHinge(x, broadcastTo(constant(1), x.shape), { reduction: "none" }),
};

export const example = defineExample({
  title: "Losses: what being wrong costs",
  settings: {},
  run: () => {
    const [scores, label] = [constant([SCORES]), constant([LABEL], "i32")];
    const untrained = [constant([Array.from({ length: 10 }, () => 0)]), constant([LABEL], "i32")] as const;
    const losses = valuesOf(mapValues(OF_SCORES, (loss) => sum(loss(scores, label))));
    const hingeWithMargin10 = evaluate(multiclassHinge(scores, label, { margin: 10 })).item();
    const starting = valuesOf({ softmax: crossEntropy(...untrained), hinge: multiclassHinge(...untrained) });
    const rows = Object.entries(losses).map(([name, value]) => [name, value.toFixed(4)]);
    return {
      figures: { hingeWithMargin10, losses, starting, slopesAtHalf: slopesAt(0.5) },
      text: [
        `Scores ${SCORES.join(", ")}, the first is right. Hinge with margin 10: ${hingeWithMargin10.toFixed(4)}; with usual settings:`,
        textTable([["loss", "value"], ...rows], (column) => column > 0),
        `10 classes, all scores 0: cross-entropy ${starting["softmax"]!.toFixed(4)} = ln 10, hinge ${starting["hinge"]!.toFixed(4)}.`,
      ].join("\n"),
      parts: [
        figure(
          chart(
            "score of the right class, the others being 0 and 1",
            mapValues(OF_SCORES, (loss) => loss(constant(MOVED), constant(RIGHT, "i32"))),
          ),
          "Hinges stop caring once the margin of 1 is kept (from 2 on); cross-entropy never does, but less and less; the squared error punishes scores that are too good.",
        ),
        figure(
          chart(
            "prediction",
            mapValues(OF_A_NUMBER, (loss) => loss(constant(GRID))),
          ),
          "Losses of one number. The slope is what an optimizer feels: constant for the absolute error and the hinges, growing with the error for the squared one.",
        ),
      ],
    };
  },
});

function chart(x: string, losses: Readonly<Record<string, FloatNode>>): string {
  const curves = Object.entries(evaluateAll(losses)).map(([name, { data }]) => ({
    name,
    points: GRID.map((at, i): [number, number] => [at, data[i]!]),
  }));
  return lineChart({ x: { name: x }, y: { name: "loss", min: 0, max: 12 }, curves });
}

/** The derivatives of the losses of one number. */
function slopesAt(place: number): Record<string, number> {
  const x = input("x", []);
  return valuesOf(
    mapValues(OF_A_NUMBER, (loss) => gradient(loss(x), [x])[0]),
    { x: place },
  );
}

function valuesOf(nodes: Readonly<Record<string, FloatNode>>, inputs: Readonly<Record<string, number>> = {}) {
  return mapValues(evaluateAll(nodes, inputs), (value) => value.item());
}

function mapValues<V, W>(record: Readonly<Record<string, V>>, f: (value: V) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value)]));
}
