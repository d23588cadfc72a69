/** Euclidean norms of what may be so small that its square is zero. */
import { abs, div, max, maximum, mul, reshape, sqrt, square, sum, type FloatNode } from "@unfold/core";

/** Below all norms that 32 bits hold, so that nothing is divided by zero. */
const TINY = 1e-37;

/** The norm over all axes from this one on; elements are scaled up before they are squared. */
export function euclideanNorm(x: FloatNode, firstAxis = 0): FloatNode {
  const axes = [...x.shape.keys()].slice(firstAxis);
  const largest = maximum(max(abs(x), { axes, keepDims: true }), TINY);
  const norm = mul(largest, sqrt(sum(square(div(x, largest)), { axes, keepDims: true })));
  return reshape(norm, x.shape.slice(0, firstAxis));
}
