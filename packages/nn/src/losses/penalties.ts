/** Penalties on the size of weights, to be added to a loss. */
import { abs, add, checkList, GraphError, mul, square, sum, type FloatNode } from "@unfold/core";
import { checkSetting, NOT_NEGATIVE, type Scalar } from "../settings/check-setting.js";

/**
 * The L1 penalty, which makes weights sparse: λ Σ |w|. Its derivative at 0 is 0.
 *
 * @shapes each parameter: f32[...S] -> f32[]
 * @param strength - λ, ≥ 0
 * @throws GraphError NO_PARAMETERS if there are none. ValueError SETTING_RANGE if strength is not a finite number ≥ 0.
 * @example
 * evaluate(l1Penalty([param("w", [1, -2])], 0.5)).item(); // → 1.5
 * @source Tibshirani 1996, "Regression shrinkage and selection via the lasso"
 */
export function l1Penalty(parameters: readonly FloatNode[], strength: Scalar): FloatNode {
  return penalty("l1Penalty(parameters, strength)", parameters, strength, abs);
}

/**
 * The L2 penalty, which makes weights small: ½ λ Σ w², whose derivative is λ w.
 *
 * With plain gradient descent that is weight decay; with optimizers that scale each weight's step it is not (`adamW`).
 *
 * @shapes each parameter: f32[...S] -> f32[]
 * @param strength - λ, ≥ 0
 * @throws GraphError NO_PARAMETERS if there are none. ValueError SETTING_RANGE if strength is not a finite number ≥ 0.
 * @example
 * evaluate(l2Penalty([param("w", [1, -2])], 0.5)).item(); // → 1.25
 * @source Stanford CS231n, "Neural networks part 2", regularization
 */
export function l2Penalty(parameters: readonly FloatNode[], strength: Scalar): FloatNode {
  return penalty("l2Penalty(parameters, strength)", parameters, strength, (w) => mul(square(w), 0.5));
}

function penalty(
  where: string,
  parameters: readonly FloatNode[],
  strength: Scalar,
  size: (w: FloatNode) => FloatNode,
): FloatNode {
  const fix = "trainable({ cell: cell.parameters, head: head.parameters }) gives one";
  checkList(where, "parameters must be a list of nodes", parameters, fix);
  checkSetting(where, "strength", strength, NOT_NEGATIVE);
  const totals = parameters.map((parameter) => sum(size(parameter)));
  if (totals.length > 0) return mul(totals.reduce(add), strength);
  throw new GraphError({ code: "NO_PARAMETERS", where, rule: "there must be at least one parameter", got: "none" });
}
