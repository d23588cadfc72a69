/** Whole matrices of second derivatives, for small problems and for tests. */
import type { FloatNode } from "../graph/node.js";
import { gradient } from "./gradient.js";
import { jacobian, type JacobianOptions } from "./jacobian.js";

/**
 * The Hessian: every second derivative of the loss.
 *
 * H[i…, j…] = ∂²loss / ∂w[i…] ∂w[j…]
 *
 * Forward mode over reverse mode, one Hessian–vector product for each element of the variable; mode "reverse" takes
 * reverse mode twice. The graph grows with the size of the variable: `hessianVectorProduct` costs one product.
 *
 * @shapes loss: f32[], w: f32[...S] -> f32[...S, ...S]
 * @param wrt - the variable: any f32 node of the graph
 * @throws GradientError LOSS_NOT_SCALAR if the loss has axes; NO_PATH if it does not depend on the variable; NO_FORWARD_MODE if an operation on the way has no forward mode.
 * @example
 * const x = input("x", [2]);
 * evaluate(hessian(prod(x), x), { x: [3, 4] }).data; // → [0, 1, 1, 0]
 */
export function hessian(loss: FloatNode, wrt: FloatNode, options: JacobianOptions = {}): FloatNode {
  const { mode = "forward" } = options;
  const [slope] = gradient(loss, [wrt], options);
  // The gradient of a linear loss does not depend on the variable.
  return jacobian(slope, wrt, { mode, missing: "zero" });
}
