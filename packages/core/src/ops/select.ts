/** Choice between two values by a condition. */
import { DTypeError } from "../errors.js";
import { apply } from "../graph/apply.js";
import { Node, type BoolNode } from "../graph/node.js";
import { signature, type ElementwiseOp } from "../graph/op.js";
import { commonDType, commonShape, describeInputs, requireDType } from "../graph/type-rules.js";
import type { DType } from "../tensor/dtype.js";
import { asNode, broadcastNodes } from "./rules/elementwise.js";

export const selectOp: ElementwiseOp<DType, [BoolNode, Node, Node]> = {
  name: "select",
  kind: "elementwise",
  parameters: ["condition", "a", "b"],
  inferType: ({ op, inputs }) => {
    const [, a, b] = inputs;
    requireDType(op, inputs, 0, ["bool"]);
    if (a.dtype !== b.dtype) {
      throw new DTypeError({
        code: "DTYPE_MIXED",
        where: signature(op),
        rule: "a and b must have one dtype",
        got: describeInputs(op, inputs),
        fix: `Convert one: cast(node, "${a.dtype}")`,
      });
    }
    return { dtype: commonDType(op, [a, b], ["f32", "i32", "bool"]), shape: commonShape(op, inputs) };
  },
  reference: () => (condition, a, b) => (condition === 0 ? b : a),
  emit: (e, [condition, a, b]) => e.select(condition!, a!, b!),
  derivative: {
    kind: "linear",
    vjp: ({ inputs: [condition], cotangent: g }) => [null, select(condition, g, 0), select(condition, 0, g)],
  },
  doc: { formula: "select(c, a, b) = a where c, else b; d/da = c, d/db = not c" },
};

/**
 * a where the condition holds, b elsewhere. NaN that is not chosen reaches neither the value nor the derivatives of a and b.
 *
 * A branch whose own derivative is not finite where it is not chosen still makes NaN further down (0 · ∞): keep it inside its
 * domain with another select, as in select(c, sqrt(select(c, x, 1)), 0).
 *
 * @shapes condition: bool[...S], a: D[...R], b: D[...Q] -> D[S, R and Q broadcast]
 * @param a - a node, or a number that takes the dtype of b (f32 if both are numbers)
 * @throws ShapeError SHAPE_BROADCAST if the shapes do not broadcast. DTypeError DTYPE_NOT_ACCEPTED if condition is not bool; DTYPE_MIXED if a and b differ.
 * @example
 * evaluate(select(constant([true, false]), constant([1, 2]), -1)).data; // → [1, -1]
 */
export function select<D extends DType = "f32">(
  condition: BoolNode,
  a: Node<D> | number,
  b: Node<D> | number,
): Node<D> {
  const dtype = a instanceof Node ? a.dtype : b instanceof Node ? b.dtype : ("f32" as D);
  const operands = broadcastNodes(selectOp, [condition, asNode(a, dtype), asNode(b, dtype)]);
  return apply(selectOp, operands as [BoolNode, Node, Node], {}) as Node<D>;
}
