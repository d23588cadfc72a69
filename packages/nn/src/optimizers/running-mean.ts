/** The exponential running mean, which most optimizers carry. */
import { add, mul, type FloatNode } from "@unfold/core";

/** The next running mean: β m + (1 - β) x. */
export function runningMean(beta: number, last: FloatNode, x: FloatNode): FloatNode {
  return add(mul(beta, last), mul(1 - beta, x));
}
