/** How well numbers are told. */
import { abs, constant, describe, ShapeError, sizeOf, square, sub, sum, type FloatNode } from "@unfold/core";
import { ratio, type Metric } from "./metric.js";

/**
 * The mean absolute error.
 *
 * @shapes predictions: f32[...S], targets: f32[...S]
 * @throws ShapeError METRIC_SHAPE if the shapes differ.
 * @example
 * measure(meanAbsoluteError(input("y", [2]), constant([1, 2])), [{ y: [2, 4] }]); // → 1.5
 */
export function meanAbsoluteError(predictions: FloatNode, targets: FloatNode): Metric {
  checkSame("meanAbsoluteError(predictions, targets)", predictions, targets);
  return ratio(abs(sub(predictions, targets)), undefined);
}

/**
 * The coefficient of determination: 1 if all is told, 0 if no more than the mean, below 0 if less.
 *
 * R² = 1 - Σ (y - ŷ)² / Σ (y - ȳ)²; NaN or -∞ if all targets are equal
 *
 * @shapes predictions: f32[...S], targets: f32[...S]
 * @throws ShapeError METRIC_SHAPE if the shapes differ.
 * @example
 * measure(rSquared(constant([1, 2, 3]), constant([1, 2, 3])), [{}]); // → 1
 */
export function rSquared(predictions: FloatNode, targets: FloatNode): Metric {
  checkSame("rSquared(predictions, targets)", predictions, targets);
  return {
    sums: {
      errors: sum(square(sub(targets, predictions))),
      total: sum(targets),
      squares: sum(square(targets)),
      count: constant(sizeOf(targets.shape)),
    },
    of: ({ errors, total, squares, count }) => 1 - errors![0]! / (squares![0]! - total![0]! ** 2 / count![0]!),
  };
}

function checkSame(where: string, predictions: FloatNode, targets: FloatNode): void {
  if (predictions.shape.join() === targets.shape.join()) return;
  throw new ShapeError({
    code: "METRIC_SHAPE",
    where,
    rule: "predictions and targets must have one shape",
    got: `${describe(predictions)} and ${describe(targets)}`,
  });
}
