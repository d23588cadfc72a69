/** How the losses of all positions become one. */
import { mean, sum, type FloatNode } from "@unfold/core";

/** The mean over all positions, their sum, or each by itself. */
export type LossReduction = "mean" | "sum" | "none";

/** The losses reduced. */
export function reduceLoss(losses: FloatNode, reduction: LossReduction): FloatNode {
  if (reduction === "none") return losses;
  return reduction === "sum" ? sum(losses) : mean(losses);
}
