/** Derivatives at chosen points: kinks, ties, poles and tails, where differences say nothing. */
import { concat, gradient, param, sum, type FloatNode } from "@unfold/core";

/** f′ at every point, or f″ for order 2. */
export function derivativeAt(f: (x: FloatNode) => FloatNode, points: readonly number[], order: 1 | 2 = 1): FloatNode {
  const x = param("x", points);
  const [first] = gradient(sum(f(x)), [x]);
  return order === 1 ? first : gradient(sum(first), [x])[0];
}

/** ∂f/∂a at every pair of points, then ∂f/∂b at every pair. */
export function derivativesAt(
  f: (a: FloatNode, b: FloatNode) => FloatNode,
  aPoints: readonly number[],
  bPoints: readonly number[],
): FloatNode {
  const a = param("a", aPoints);
  const b = param("b", bPoints);
  return concat(gradient(sum(f(a, b)), [a, b]), 0);
}
