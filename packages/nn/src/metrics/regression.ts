/** How well numbers are told. */
import {
  abs,
  constant,
  describe,
  div,
  mul,
  ShapeError,
  sizeOf,
  square,
  stack,
  sub,
  sum,
  type FloatNode,
} from "@unfold/core";
import { exactProduct } from "./exact-product.js";
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
  // Σ y and Σ y² from what is left beside the batch's mean m, which f32 can hold however far from 0 the targets are:
  // Σ y = n m + Σ (y - m), Σ y² = n m² + 2 m Σ (y - m) + Σ (y - m)². Their parts are added in double precision.
  const count = constant(sizeOf(targets.shape));
  const center = div(sum(targets), count);
  const rest = sub(targets, center);
  const [centerSquared, rounded] = exactProduct(center, center);
  return {
    sums: {
      errors: sum(square(sub(targets, predictions))),
      total: stack([...exactProduct(count, center), sum(rest)]),
      squares: stack([
        ...exactProduct(count, centerSquared),
        mul(count, rounded),
        ...exactProduct(mul(2, center), sum(rest)),
        sum(square(rest)),
      ]),
      count,
    },
    of: ({ errors, total, squares, count }) => 1 - errors![0]! / (inAll(squares!) - inAll(total!) ** 2 / count![0]!),
  };
}

function inAll(parts: Float64Array): number {
  return parts.reduce((total, part) => total + part, 0);
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
