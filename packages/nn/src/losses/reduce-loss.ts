/** How the losses of all positions become one. */
import { broadcastTo, div, greater, mean, mul, select, sum, type FloatNode } from "@unfold/core";
import { checkLossOptions, type LossOptions } from "./loss-options.js";

/**
 * The losses of all positions reduced: how every loss ends, and one's own should.
 *
 * mean: Σ w l / Σ w, where w is the weight, 0 where the mask is false; 0 if no position counts. sum: Σ w l. none: w l
 *
 * @shapes losses: f32[...S], weights: f32[...S], mask: bool[...S] -> f32[], or f32[...S] for reduction "none"
 * @param where - how errors call the loss
 * @throws ValueError LOSS_REDUCTION if the options are no record or their reduction is unknown; LOSS_VALUE if constant weights are negative, NaN or ∞. DTypeError LOSS_DTYPE if weights are not f32 or the mask is not bool. ShapeError LOSS_SHAPE if one has other axes than the losses.
 * @example
 * const losses = constant([1, 2, 9]);
 * evaluate(reduceLoss("mine(x)", losses, { mask: constant([true, true, false]) })).item(); // → 1.5
 * evaluate(reduceLoss("mine(x)", losses, { weights: constant([3, 1, 0]) })).item(); // → 1.25
 */
export function reduceLoss(where: string, losses: FloatNode, options: LossOptions = {}): FloatNode {
  checkLossOptions(where, losses.shape, options);
  const { reduction = "mean", weights, mask } = options;
  const weight = mask === undefined ? weights : select(mask, weights ?? 1, 0);
  if (weight === undefined && reduction === "mean") return mean(losses);
  const counted = mask === undefined ? losses : select(mask, losses, 0);
  const weighted = weights === undefined ? counted : mul(counted, weight!);
  if (reduction === "none") return weighted;
  const total = sum(weighted);
  if (reduction === "sum") return total;
  const count = sum(broadcastTo(weight!, losses.shape));
  return div(total, select(greater(count, 0), count, 1));
}
