/** How builders apply an elementwise op: turn numbers into constants and insert broadcasts, never casts. */
import { ShapeError } from "../../errors.js";
import { constant } from "../../graph/leaves.js";
import { Node, requireNode, type Operand } from "../../graph/node.js";
import { apply } from "../../graph/apply.js";
import { signature, type AnyOp, type ElementwiseOp } from "../../graph/op.js";
import { describeInputs } from "../../graph/type-rules.js";
import type { DType, NumericDType } from "../../tensor/dtype.js";
import { broadcastShapes, sameShape, type Shape } from "../../tensor/shape.js";
import { broadcastTo } from "../sum-broadcast.js";

/** Elementwise ops that keep the dtype of their inputs. */
type SameDTypeOp<I extends readonly Node<NumericDType>[]> = ElementwiseOp<NumericDType, I>;

/** op(x) with the dtype of x. */
export function unary<D extends NumericDType>(op: SameDTypeOp<[Node<NumericDType>]>, x: Node<D>): Node<D> {
  return apply(op, [x], {}) as Node as Node<D>;
}

/** op(a, b) with the dtype and broadcast shape of both. */
export function binary<D extends NumericDType>(
  op: SameDTypeOp<[Node<NumericDType>, Node<NumericDType>]>,
  a: Operand<D>,
  b: Operand<D>,
): Node<D> {
  return apply(op, broadcastOperands(op, a, b), {}) as Node as Node<D>;
}

/** The operands as nodes of one shape. A number takes the dtype of the first node, f32 if there is none. */
export function broadcastOperands<D extends NumericDType>(op: AnyOp, a: Operand<D>, b: Operand<D>): [Node<D>, Node<D>] {
  for (const [i, operand] of [a, b].entries()) {
    if (typeof operand !== "number") requireNode(signature(op), op.parameters[i]!, operand);
  }
  const dtype = a instanceof Node ? a.dtype : b instanceof Node ? b.dtype : ("f32" as D);
  const [x, y] = broadcastNodes(op, [asNode(a, dtype), asNode(b, dtype)]);
  return [x as Node<D>, y as Node<D>];
}

/** The nodes broadcast to their common shape. Throws ShapeError if they have none. */
export function broadcastNodes(op: AnyOp, nodes: readonly Node[]): Node[] {
  const shape = nodes.reduce<Shape | undefined>((common, node) => common && broadcastShapes(common, node.shape), []);
  if (shape === undefined) {
    throw new ShapeError({
      code: "SHAPE_BROADCAST",
      where: signature(op),
      rule: "the shapes must broadcast: aligned at the last axis, sizes must be equal or 1",
      got: `${describeInputs(op, nodes)}: ${clash(nodes)}`,
      details: { shapes: nodes.map((node) => node.shape) },
    });
  }
  return nodes.map((node) => (sameShape(node.shape, shape) ? node : broadcastTo(node, shape)));
}

/** A number becomes a constant of the dtype. */
export function asNode<D extends DType>(operand: Node<D> | number, dtype: D): Node<D> {
  return operand instanceof Node ? operand : constant(operand, dtype);
}

/** `axis -2: 3 ≠ 4`: the first clash from the end. */
function clash(nodes: readonly Node[]): string {
  const longest = Math.max(...nodes.map((node) => node.shape.length));
  for (let fromEnd = 1; fromEnd <= longest; fromEnd++) {
    const sizes = [...new Set(nodes.map((node) => node.shape.at(-fromEnd) ?? 1).filter((size) => size !== 1))];
    if (sizes.length > 1) return `axis ${-fromEnd}: ${sizes.join(" ≠ ")}`;
  }
  return "";
}
