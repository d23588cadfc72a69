/** A softmax over many classes as a walk down a binary tree: log V decisions instead of V scores. */
import {
  abs,
  add,
  checkKeys,
  constant,
  gather,
  matmul,
  mul,
  ndArray,
  neg,
  reshape,
  softplus,
  sum,
  transpose,
  ValueError,
  type FloatNode,
  type IntNode,
} from "@unfold/core";
import { glorotUniform } from "../initializers/glorot.js";
import { initializedParam, type Initializer } from "../initializers/initializer.js";
import { zeros } from "../initializers/simple.js";
import { checkLastAxis } from "../layers/check-last-axis.js";
import { checkSizes } from "../layers/check-sizes.js";
import { huffmanCodes } from "./huffman-codes.js";
import type { LossOptions } from "./loss-options.js";
import { reduceLoss } from "./reduce-loss.js";
import { labelsOf } from "./score-of-label.js";

/** How a hierarchical softmax is made. */
export interface HierarchicalSoftmaxOptions {
  /** Prefix of the parameter paths. Default "hierarchicalSoftmax". */
  readonly name?: string;
  /** Size of the last axis of what it sees, ≥ 1. */
  readonly inputs: number;
  /** How often each of the V ≥ 2 classes occurs, finite numbers ≥ 0: frequent ones have a short way. Equal counts make a balanced tree. */
  readonly counts: readonly number[];
  /** Seed of the initializer, a whole number. */
  readonly seed: number;
  /** How the weight starts. Default Glorot uniform; the bias starts at 0. */
  readonly weight?: Initializer;
}

/** A hierarchical softmax: a weight and a bias for each inner node of the tree, and the loss of labels. */
export interface HierarchicalSoftmax {
  readonly name: string;
  readonly parameters: { readonly weight: FloatNode; readonly bias: FloatNode };
  /**
   * The negative log-likelihood of labels, in nats. Takes as many decisions as the longest way has.
   *
   * @shapes x: f32[...S, inputs], labels: i32[...S] -> f32[], or f32[...S] for reduction "none"
   */
  readonly loss: (x: FloatNode, labels: IntNode, options?: LossOptions) => FloatNode;
  /** ln p of all classes, to predict with. @shapes x: f32[...S, inputs] -> f32[...S, V] */
  readonly logProbabilities: (x: FloatNode) => FloatNode;
}

/**
 * A hierarchical softmax: the probability of a class is that of all decisions on its way down Huffman's tree.
 *
 * p(class | x) = Π over nodes of the way of σ(± (w · x + b)), + for the first branch
 *
 * @shapes weight: [V - 1, inputs], bias: [V - 1]
 * @throws ValueError LAYER_SIZE if inputs is not a whole number ≥ 1; CLASS_COUNTS if there are fewer than two counts or one is not a finite number ≥ 0. ShapeError LAYER_INPUT, from its functions, if the last axis of x is not inputs; LOSS_SHAPE if labels do not have the shape of x without its last axis. ValueError INDEX_RANGE, when run, if a label is not in [0, V). Also as reduceLoss.
 * @example
 * const head = hierarchicalSoftmax({ inputs: 1, counts: [2, 1, 1], seed: 1 });
 * evaluate(head.loss(constant([[0], [0]]), constant([0, 1], "i32"), { reduction: "none" })).data; // → [0.6931471805599453, 1.3862943611198906]
 * @source Morin & Bengio 2005, "Hierarchical probabilistic neural network language model"; Huffman's tree: Mikolov et al. 2013, "Distributed representations of words and phrases and their compositionality", section 2.1
 */
export function hierarchicalSoftmax(options: HierarchicalSoftmaxOptions): HierarchicalSoftmax {
  checkKeys("hierarchicalSoftmax(options)", "options", options, {
    name: true,
    inputs: true,
    counts: true,
    seed: true,
    weight: true,
  });
  const { name = "hierarchicalSoftmax", inputs, counts, seed, weight: initializer = glorotUniform } = options;
  const where = `hierarchicalSoftmax("${name}")`;
  checkSizes(where, { inputs });
  checkCounts(where, counts);
  const codes = huffmanCodes(counts);
  const shape = [counts.length, codes.depth];
  const nodesOf = constant(ndArray(codes.nodes, { dtype: "i32", shape }), "i32");
  const signsOf = constant(ndArray(codes.signs, { shape }));
  const decisions = counts.length - 1;
  const weight = initializedParam(`${name}/weight`, [decisions, inputs], initializer, seed);
  const bias = initializedParam(`${name}/bias`, [decisions], zeros, seed);
  return {
    name,
    parameters: { weight, bias },
    loss: (x, labels, lossOptions = {}) => {
      const at = `${where}.loss(x, labels)`;
      checkLastAxis(at, "x", x, inputs);
      const known = labelsOf(at, "x", x, labels, lossOptions, counts.length);
      const nodes = gather(nodesOf, known);
      const column = reshape(x, [...labels.shape, 1, inputs]);
      const scores = add(sum(mul(gather(weight, nodes), column), { axes: -1 }), gather(bias, nodes));
      return reduceLoss(at, costOfWay(scores, gather(signsOf, known)), lossOptions);
    },
    logProbabilities: (x) => {
      checkLastAxis(`${where}.logProbabilities(x)`, "x", x, inputs);
      const scores = add(matmul(x, transpose(weight)), bias);
      return neg(costOfWay(gather(scores, nodesOf, -1), signsOf));
    },
  };
}

/** -Σ ln σ(± score) along the last axis; signs of 0 are past the end of the way. */
function costOfWay(scores: FloatNode, signs: FloatNode): FloatNode {
  return sum(mul(abs(signs), softplus(neg(mul(signs, scores)))), { axes: -1 });
}

function checkCounts(where: string, counts: readonly number[]): void {
  const index = counts.findIndex((count) => !(count >= 0 && count < Infinity));
  if (counts.length >= 2 && index === -1) return;
  throw new ValueError({
    code: "CLASS_COUNTS",
    where,
    rule: "counts must be at least two finite numbers ≥ 0, one for each class",
    got: index === -1 ? `${counts.length} of them` : `${counts[index]} for class ${index}`,
  });
}
