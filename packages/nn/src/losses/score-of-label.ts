/** What losses of classes share: the score of the right one. */
import { describe, requireNode, reshape, ShapeError, takeAlongAxis, type FloatNode, type IntNode } from "@unfold/core";
import { labelsInRange } from "./labels-in-range.js";
import { checkDType, checkLossOptions, type LossOptions } from "./loss-options.js";

/**
 * The labels of V classes, checked, with class 0 where the mask is false.
 *
 * @shapes scores: f32[...S, V], labels: i32[...S] -> i32[...S]
 * @param name - how errors call the scores
 * @param classes - V, unless it is the last axis of what `name` is
 * @throws ShapeError LOSS_SHAPE if labels do not have the shape of scores without its last axis. DTypeError LOSS_DTYPE if labels are not i32. ValueError INDEX_RANGE, when run, if a label is not in [0, V).
 */
export function labelsOf(
  where: string,
  name: string,
  scores: FloatNode,
  labels: IntNode,
  options: LossOptions,
  classes?: number,
): IntNode {
  requireNode(where, name, scores);
  requireNode(where, "labels", labels);
  if (scores.shape.length === 0 || scores.shape.slice(0, -1).join() !== labels.shape.join()) {
    throw new ShapeError({
      code: "LOSS_SHAPE",
      where,
      rule: `labels must have the shape of ${name} without its last axis`,
      got: `${name} = ${describe(scores)} and labels = ${describe(labels)}`,
    });
  }
  checkDType(
    where,
    "labels",
    labels,
    "i32",
    'Classes are whole numbers: input("labels", shape, "i32"), or dataset.batch(size, { dtypes: { labels: "i32" } })',
  );
  checkLossOptions(where, labels.shape, options);
  return labelsInRange(where, labels, classes ?? scores.shape.at(-1)!, options.mask);
}

/** The score of each position's label. @shapes scores: f32[...S, V], labels: i32[...S] -> f32[...S] */
export function scoreOfLabel(scores: FloatNode, labels: IntNode): FloatNode {
  return reshape(takeAlongAxis(scores, reshape(labels, [...labels.shape, 1])), labels.shape);
}
