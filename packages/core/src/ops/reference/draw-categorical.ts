/** One choice among weighted classes: what the op `categorical` and choices on the host have in common. */
import { checkArgument, ValueError } from "../../errors.js";

/**
 * The class whose share of [0, 1) holds a number: class i has the share weight_i / Σ weights, in the order of classes.
 *
 * A class of weight 0 is never chosen. The weights need not add up to 1, so that rounding in a softmax does not matter.
 *
 * @param weights - ≥ 0, with a finite sum above 0
 * @param uniform - in [0, 1); the same number chooses the same class
 * @throws ValueError CATEGORICAL_WEIGHTS if a weight is negative or NaN, or the sum is 0 or not finite; CATEGORICAL_UNIFORM if uniform is not in [0, 1).
 * @example
 * drawCategorical([1, 0, 3], 0.2); // → 0
 * drawCategorical([1, 0, 3], 0.25); // → 2
 * @source inverse transform sampling: Devroye 1986, "Non-uniform random variate generation", section III.2
 */
export function drawCategorical(weights: ArrayLike<number>, uniform: number): number {
  const where = "drawCategorical(weights, uniform)";
  checkArgument(where, "weights must be a list or a typed array", weights, {
    members: ["length"],
    fix: "Of an array: array.data",
  });
  return drawFrom(where, weights, uniform);
}

/** `drawCategorical` on behalf of somebody else: `where` is what errors name. */
export function drawFrom(where: string, weights: ArrayLike<number>, uniform: number): number {
  if (!(uniform >= 0 && uniform < 1)) {
    throw new ValueError({
      code: "CATEGORICAL_UNIFORM",
      where,
      rule: "the uniform number must be in [0, 1)",
      got: String(uniform),
    });
  }
  let total = 0;
  let last = -1;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    if (!(weight >= 0)) throw badWeights(where, `${weight} at class ${i}`);
    if (weight > 0) last = i;
    total += weight;
  }
  if (!(total > 0 && total < Infinity)) throw badWeights(where, `a sum of ${total} over ${weights.length} classes`);
  const mark = uniform * total;
  let below = 0;
  for (let i = 0; i < last; i++) if (mark < (below += weights[i]!)) return i;
  return last;
}

function badWeights(where: string, got: string): ValueError {
  return new ValueError({
    code: "CATEGORICAL_WEIGHTS",
    where,
    rule: "weights must be ≥ 0 with a finite sum above 0",
    got,
    fix: "Probabilities of logits of which one is NaN or ∞, or all are -∞, are not a distribution",
  });
}
