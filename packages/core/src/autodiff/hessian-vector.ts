/** Hessian–vector products: forward mode over reverse mode, at the cost of a few gradients and never a whole Hessian. */
import type { FloatNode } from "../graph/node.js";
import { gradient, type GradientOptions, type Gradients } from "./gradient.js";
import { jvp } from "./jvp.js";

/**
 * H v for every variable, where H is the matrix of second derivatives of the loss over all variables together.
 *
 * @shapes loss: f32[], w: f32[...S], v: f32[...S] -> f32[...S]
 * @param vectors - one direction per variable, of its type
 * @throws GradientError as gradient and jvp do.
 * @example
 * const x = input("x", [2]);
 * const [product] = hessianVectorProduct(sum(mul(x, mul(x, x))), [x], [constant([1, 1])]);
 * evaluate(product, { x: [1, 2] }).data; // → [6, 12]
 * @source Pearlmutter 1994, "Fast exact multiplication by the Hessian"
 */
export function hessianVectorProduct<const W extends readonly FloatNode[]>(
  loss: FloatNode,
  wrt: W,
  vectors: { readonly [K in keyof W]: FloatNode },
  options: GradientOptions = {},
): Gradients<W> {
  return jvp(
    gradient(loss, wrt, options),
    wrt.map((variable, i) => [variable, vectors[i]!] as const),
  );
}
