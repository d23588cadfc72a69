/** Losses and their derivatives against PyTorch's, in double precision. */
import { constant, evaluate, gather, gradient, input, logSoftmax, ndArray, type FloatNode } from "@unfold/core";
import {
  absoluteError,
  binaryCrossEntropy,
  cosineDistance,
  crossEntropy,
  gaussianLikelihood,
  huber,
  klDivergence,
  meanSquaredError,
  multiclassHinge,
  negativeLogLikelihood,
  type LossOptions,
} from "@unfold/nn";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

interface Recording {
  readonly none: number[] | number[][];
  readonly mean: number;
  readonly sum: number;
  readonly x: number[];
  readonly slope: number[];
}

/** What `record.py` wrote down. */
const recorded = JSON.parse(readFileSync(new URL("losses.json", import.meta.url), "utf8")) as Readonly<
  Record<"logits" | "other" | "labels" | "probabilities" | "classWeights", number[]> & {
    losses: Record<string, Recording>;
  }
>;

/** A few operations in another order on numbers up to 50. */
const RTOL = 1e-13;

const matrix = (data: readonly number[]): FloatNode => constant(ndArray(Float64Array.from(data), { shape: [6, 4] }));
const other = matrix(recorded.other);
const labels = constant(recorded.labels, "i32");
const isKept = constant(
  [0, 1, 2, 3, 4, 5].map((i) => i !== 1 && i !== 3),
  "bool",
);
// What stands at masked positions is no label at all.
const ignored = constant(
  recorded.labels.map((label, i) => (i === 1 || i === 3 ? -100 : label)),
  "i32",
);
const classWeights = constant(recorded.classWeights);
const probabilities = matrix(recorded.probabilities);

const losses: Readonly<Record<string, (x: FloatNode, options: LossOptions) => FloatNode>> = {
  meanSquaredError: (x, options) => meanSquaredError(x, other, options),
  absoluteError: (x, options) => absoluteError(x, other, options),
  huber: (x, options) => huber(x, other, { delta: 0.7, ...options }),
  crossEntropy: (x, options) => crossEntropy(x, labels, options),
  "crossEntropy, label smoothing": (x, options) => crossEntropy(x, labels, { labelSmoothing: 0.2, ...options }),
  "crossEntropy, class weights": (x, options) =>
    crossEntropy(x, labels, { weights: gather(classWeights, labels), ...options }),
  "crossEntropy, ignored labels": (x, options) => crossEntropy(x, ignored, { mask: isKept, ...options }),
  negativeLogLikelihood: (x, options) => negativeLogLikelihood(x, labels, options),
  binaryCrossEntropy: (x, options) => binaryCrossEntropy(x, probabilities, options),
  "binaryCrossEntropy, positive weight": (x, options) =>
    binaryCrossEntropy(x, probabilities, { positiveWeight: 3, ...options }),
  multiclassHinge: (x, options) => multiclassHinge(x, labels, { margin: 0.5, ...options }),
  "multiclassHinge, squared": (x, options) => multiclassHinge(x, labels, { squared: true, ...options }),
  klDivergence: (x, options) => klDivergence(logSoftmax(other), x, options),
  cosineDistance: (x, options) => cosineDistance(x, other, options),
  gaussianLikelihood: (x, options) => gaussianLikelihood(x, other, matrix(recorded.logits), options),
};

function expectClose(found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  const scale = Math.max(1, ...expected.map(Math.abs));
  expected.forEach((element, i) => {
    expect(Math.abs(found[i]! - element)).toBeLessThanOrEqual(RTOL * scale);
  });
}

test("all of them are here", () => {
  expect(Object.keys(losses)).toEqual(Object.keys(recorded.losses));
});

describe.each(Object.entries(losses))("%s", (name, loss) => {
  const { none, mean, sum, x, slope } = recorded.losses[name]!;
  const node = input("x", [6, 4]);
  const values = { x: ndArray(Float64Array.from(x), { shape: [6, 4] }) };

  test("each position, their mean and their sum", () => {
    expectClose(evaluate(loss(node, { reduction: "none" }), values).data, none.flat());
    expectClose(evaluate(loss(node, {}), values).data, [mean]);
    expectClose(evaluate(loss(node, { reduction: "sum" }), values).data, [sum]);
  });

  test("the derivative of the sum", () => {
    expectClose(evaluate(gradient(loss(node, { reduction: "sum" }), [node])[0], values).data, slope);
  });
});
