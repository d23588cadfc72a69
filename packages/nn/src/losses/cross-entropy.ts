/** Cross-entropy of class labels, from logits. */
import {
  describe,
  logSoftmax,
  neg,
  reshape,
  ShapeError,
  takeAlongAxis,
  type FloatNode,
  type IntNode,
} from "@unfold/core";
import { reduceLoss, type LossReduction } from "./reduction.js";

/**
 * The cross-entropy between labels and the softmax of logits, in nats; divide by ln 2 for bits. Stable for any finite logits.
 *
 * -ln softmax(logits)[label] = ln Σ e^(logits) - logits[label]
 *
 * @shapes logits: f32[...S, V], labels: i32[...S] -> f32[], or f32[...S] for reduction "none"
 * @param logits - any real
 * @param labels - classes, whole numbers in [0, V)
 * @param reduction - "mean" (default) over all positions, "sum", or "none"
 * @throws ShapeError LOSS_SHAPE if labels do not have the shape of logits without its last axis. DTypeError DTYPE_NOT_ACCEPTED if labels are not i32. ValueError INDEX_RANGE, when run, if a label is not in [0, V).
 * @example
 * evaluate(crossEntropy(constant([[0, 0]]), constant([1], "i32"))).item(); // → 0.6931471805599453
 */
export function crossEntropy(logits: FloatNode, labels: IntNode, reduction: LossReduction = "mean"): FloatNode {
  if (logits.shape.length === 0 || logits.shape.slice(0, -1).join() !== labels.shape.join()) {
    throw new ShapeError({
      code: "LOSS_SHAPE",
      where: "crossEntropy(logits, labels)",
      rule: "labels must have the shape of logits without its last axis",
      got: `logits = ${describe(logits)} and labels = ${describe(labels)}`,
    });
  }
  const chosen = takeAlongAxis(logSoftmax(logits), reshape(labels, [...labels.shape, 1]));
  return reduceLoss(neg(reshape(chosen, labels.shape)), reduction);
}
