/** Clipping of all gradients together. */
import { add, div, maximum, mul, sqrt, square, sum, ValueError, type FloatNode } from "@unfold/core";

/**
 * The gradients scaled down together so that their common norm is at most maxNorm, and the norm before that.
 *
 * g · maxNorm / max(‖g‖, maxNorm), ‖g‖ = √(Σ over all elements of g²)
 *
 * @shapes gradients: f32[...S] each -> f32[...S] each; norm: f32[]
 * @param maxNorm - a finite number > 0
 * @throws ValueError CLIP_NORM if maxNorm is not a finite number above 0, or there are no gradients.
 * @example
 * evaluate(clipByGlobalNorm([constant([3, 4])], 1).gradients[0]).data; // → [0.6000000000000001, 0.8]
 * @source Pascanu et al. 2013, "On the difficulty of training recurrent neural networks", algorithm 1
 */
export function clipByGlobalNorm(
  gradients: readonly FloatNode[],
  maxNorm: number,
): { readonly gradients: FloatNode[]; readonly norm: FloatNode } {
  if (!(maxNorm > 0 && maxNorm < Infinity)) {
    throw new ValueError({
      code: "CLIP_NORM",
      where: "clipByGlobalNorm(gradients, maxNorm)",
      rule: "maxNorm must be a finite number above 0",
      got: String(maxNorm),
    });
  }
  const norm = globalNorm(gradients);
  const factor = div(maxNorm, maximum(norm, maxNorm));
  return { gradients: gradients.map((gradient) => mul(gradient, factor)), norm };
}

/**
 * The norm of all gradients together: √(Σ over all elements of g²).
 *
 * @shapes gradients: f32[...S] each -> f32[]
 * @throws ValueError CLIP_NORM if there are no gradients.
 * @example
 * evaluate(globalNorm([constant([3]), constant([4])])).item(); // → 5
 */
export function globalNorm(gradients: readonly FloatNode[]): FloatNode {
  const [first, ...rest] = gradients.map((gradient) => sum(square(gradient)));
  if (first === undefined) {
    throw new ValueError({
      code: "CLIP_NORM",
      where: "globalNorm(gradients)",
      rule: "there must be at least one gradient",
      got: "none",
    });
  }
  return sqrt(rest.reduce((total, term) => add(total, term), first));
}
