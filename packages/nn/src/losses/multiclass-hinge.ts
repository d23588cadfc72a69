/** The hinge loss of support vector machines for several classes. */
import {
  add,
  checkKeys,
  equal,
  iota,
  relu,
  reshape,
  select,
  square,
  sub,
  sum,
  type FloatNode,
  type IntNode,
} from "@unfold/core";
import { checkSetting, NOT_NEGATIVE } from "../settings/check-setting.js";
import type { LossOptions } from "./loss-options.js";
import { reduceLoss } from "./reduce-loss.js";
import { labelsOf, scoreOfLabel } from "./score-of-label.js";

/** How far scores must be apart, what being closer costs, and how positions are joined. */
export interface HingeOptions extends LossOptions {
  /** Δ, how much higher the right score must be, ≥ 0. Default 1. */
  readonly margin?: number;
  /** Whether a violated margin costs its square. Default false. */
  readonly squared?: boolean;
}

/**
 * The multiclass hinge loss of Weston and Watkins: every wrong class costs by how much its score comes within the margin of
 * the right one's.
 *
 * Σ over k ≠ label of max(0, scores[k] - scores[label] + Δ), or its square
 *
 * @shapes scores: f32[...S, V], labels: i32[...S] -> f32[], or f32[...S] for reduction "none"
 * @param labels - classes, whole numbers in [0, V)
 * @throws ShapeError LOSS_SHAPE if labels do not have the shape of scores without its last axis. DTypeError LOSS_DTYPE if labels are not i32. ValueError SETTING_RANGE if margin is not a finite number ≥ 0; INDEX_RANGE, when run, if a label is not in [0, V). Also as reduceLoss.
 * @example
 * evaluate(multiclassHinge(constant([13, -7, 11]), constant(0, "i32"), { margin: 10 })).item(); // → 8
 * @source Weston & Watkins 1999, "Support vector machines for multi-class pattern recognition"
 */
export function multiclassHinge(scores: FloatNode, labels: IntNode, options: HingeOptions = {}): FloatNode {
  checkKeys("multiclassHinge(scores, labels, options)", "options", options, {
    margin: true,
    squared: true,
    reduction: true,
    weights: true,
    mask: true,
  });
  const where = "multiclassHinge(scores, labels)";
  const known = labelsOf(where, "scores", scores, labels, options);
  const { margin = 1, squared = false } = options;
  checkSetting(where, "margin", margin, NOT_NEGATIVE);
  const column = [...labels.shape, 1];
  const violation = relu(add(sub(scores, reshape(scoreOfLabel(scores, known), column)), margin));
  const isLabel = equal(iota(scores.shape.at(-1)!), reshape(known, column));
  const costs = select(isLabel, 0, squared ? square(violation) : violation);
  return reduceLoss(where, sum(costs, { axes: -1 }), options);
}
