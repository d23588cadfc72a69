/** Every loss with inputs of every kind: what holds of all of them is tested over this list. */
import type { DType, FloatNode, IntNode, Node, Shape } from "@unfold/core";
import {
  absoluteError,
  attributeHinge,
  binaryCrossEntropy,
  cosineDistance,
  crossEntropy,
  gaussianKlDivergence,
  gaussianLikelihood,
  hierarchicalSoftmax,
  huber,
  klDivergence,
  meanSquaredError,
  multiclassHinge,
  negativeLogLikelihood,
  type LossOptions,
} from "@unfold/nn";

/** What a loss takes. */
export interface LossInput {
  readonly dtype: DType;
  /** Axes after those of the positions. */
  readonly features: Shape;
  /** How a number in [0, 1] becomes an element. */
  readonly from: (uniform: number) => number;
}

/** A loss of two or more inputs. */
export interface LossCase {
  readonly name: string;
  readonly inputs: Readonly<Record<string, LossInput>>;
  readonly build: (nodes: readonly Node<never>[], options: LossOptions) => FloatNode;
}

/** V, and the size of vectors. */
const CLASSES = 3;
const real: LossInput = { dtype: "f32", features: [], from: (uniform) => 4 * uniform - 2 };
const vector: LossInput = { ...real, features: [CLASSES] };
const label: LossInput = {
  dtype: "i32",
  features: [],
  from: (uniform) => Math.min(CLASSES - 1, Math.floor(CLASSES * uniform)),
};
const probability: LossInput = { ...real, from: (uniform) => uniform };
const sign: LossInput = { ...real, from: (uniform) => (uniform < 0.5 ? -1 : 1) };
const tree = hierarchicalSoftmax({ inputs: CLASSES, counts: [1, 2, 5], seed: 1 });

type Build = LossCase["build"];
const floats =
  (build: (...nodes: [FloatNode, FloatNode, LossOptions]) => FloatNode): Build =>
  ([a, b], options) =>
    build(a as Node as FloatNode, b as Node as FloatNode, options);
const ofLabels =
  (build: (...nodes: [FloatNode, IntNode, LossOptions]) => FloatNode): Build =>
  ([a, b], options) =>
    build(a as Node as FloatNode, b as Node as IntNode, options);

export const lossCases: readonly LossCase[] = [
  { name: "meanSquaredError", inputs: { prediction: real, target: real }, build: floats(meanSquaredError) },
  { name: "absoluteError", inputs: { prediction: real, target: real }, build: floats(absoluteError) },
  { name: "huber", inputs: { prediction: real, target: real }, build: floats(huber) },
  { name: "binaryCrossEntropy", inputs: { logits: real, targets: probability }, build: floats(binaryCrossEntropy) },
  { name: "attributeHinge", inputs: { scores: real, targets: sign }, build: floats(attributeHinge) },
  { name: "crossEntropy", inputs: { logits: vector, labels: label }, build: ofLabels(crossEntropy) },
  {
    name: "crossEntropy, smoothed",
    inputs: { logits: vector, labels: label },
    build: ofLabels((logits, labels, options) => crossEntropy(logits, labels, { labelSmoothing: 0.1, ...options })),
  },
  { name: "negativeLogLikelihood", inputs: { scores: vector, labels: label }, build: ofLabels(negativeLogLikelihood) },
  { name: "multiclassHinge", inputs: { scores: vector, labels: label }, build: ofLabels(multiclassHinge) },
  { name: "hierarchicalSoftmax", inputs: { x: vector, labels: label }, build: ofLabels(tree.loss) },
  { name: "klDivergence", inputs: { target: vector, prediction: vector }, build: floats(klDivergence) },
  { name: "gaussianKlDivergence", inputs: { mean: vector, logVariance: vector }, build: floats(gaussianKlDivergence) },
  { name: "cosineDistance", inputs: { prediction: vector, target: vector }, build: floats(cosineDistance) },
  {
    name: "gaussianLikelihood",
    inputs: { mean: real, logVariance: real, target: real },
    build: ([mean, logVariance, target], options) =>
      gaussianLikelihood(
        mean as Node as FloatNode,
        logVariance as Node as FloatNode,
        target as Node as FloatNode,
        options,
      ),
  },
];
