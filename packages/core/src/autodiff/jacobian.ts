/** Whole matrices of first derivatives: one vector–Jacobian product per row, or one Jacobian–vector product per column. */
import { constant, placeholder } from "../graph/leaves.js";
import type { FloatNode, Node } from "../graph/node.js";
import { copyGraph } from "../graph/substitute.js";
import { topologicalOrder } from "../graph/walk.js";
import { stack } from "../ops/composite/stack-split.js";
import { oneHot } from "../ops/one-hot.js";
import { reshape } from "../ops/reshape.js";
import { sizeOf, type Shape } from "../tensor/shape.js";
import { vjp, type GradientOptions } from "./gradient.js";
import { jvp } from "./jvp.js";
import { zeros } from "../ops/composite/zeros.js";

/** How a Jacobian or Hessian is built. */
export interface JacobianOptions extends GradientOptions {
  /** "reverse" builds one piece of graph per element of the output, "forward" one per element of the variable. */
  readonly mode?: "reverse" | "forward";
}

/**
 * The Jacobian: every derivative of every element.
 *
 * J[i…, j…] = ∂output[i…] / ∂w[j…]
 *
 * One product with a unit vector for each element of the output (reverse mode) or of the variable (forward mode),
 * whichever are fewer, reverse mode if there are as many; the products share what does not depend on the vector. The
 * graph grows with that number: `vjp` and `jvp` cost one product.
 *
 * @shapes output: f32[...R], w: f32[...S] -> f32[...R, ...S]
 * @param wrt - the variable: any f32 node of the graph
 * @param options - mode, chosen by size unless given; missing: "error" (default), or "zero" for a variable that the output does not depend on
 * @throws GradientError NO_PATH if the output does not depend on the variable; NO_FORWARD_MODE in forward mode if an operation on the way has none.
 * @example
 * const x = input("x", [2]);
 * evaluate(jacobian(mul(x, x), x), { x: [3, 4] }).data; // → [6, 0, 0, 8]
 */
export function jacobian(output: FloatNode, wrt: FloatNode, options: JacobianOptions = {}): FloatNode {
  const [rows, columns] = [sizeOf(output.shape), sizeOf(wrt.shape)];
  const { mode = columns < rows ? "forward" : "reverse" } = options;
  const shape = [...output.shape, ...wrt.shape];
  const cotangent = placeholder("cotangent", output.shape);
  // Built in forward mode too: it throws if there is no path.
  const [row] = vjp(output, cotangent, [wrt], options);
  if (rows === 0 || columns === 0) return zeros(shape);
  if (mode === "reverse") return reshape(stack(alongEach(row, cotangent), 0), shape);
  const tangent = placeholder("tangent", wrt.shape);
  const [column] = jvp([output], [[wrt, tangent]]);
  return reshape(stack(alongEach(column, tangent), -1), shape);
}

/** A linear function of a direction, for each unit vector; what does not depend on the direction is shared. */
function alongEach(derivative: FloatNode, direction: FloatNode): FloatNode[] {
  const order = topologicalOrder([derivative]);
  return unitVectors(direction.shape).map((unit) => {
    const copies = copyGraph(order, new Map<Node, Node>([[direction, unit]]));
    return (copies.get(derivative) ?? derivative) as FloatNode;
  });
}

function unitVectors(shape: Shape): FloatNode[] {
  const size = sizeOf(shape);
  return Array.from({ length: size }, (_, i) => reshape(oneHot(constant(i, "i32"), size), shape));
}
