/** Logical operations on truth values. */
import { apply } from "../graph/apply.js";
import type { BoolNode } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { logicalType } from "../graph/type-rules.js";
import { broadcastNodes } from "./rules/elementwise.js";

type Connective = ElementwiseOp<"bool", [BoolNode, BoolNode]>;

export const logicalAndOp: Connective = {
  name: "logicalAnd",
  kind: "elementwise",
  parameters: ["a", "b"],
  inferType: logicalType,
  reference: () => (a, b) => a & b,
  emit: (e, [a, b]) => e.and(a!, b!),
  derivative: { kind: "none" },
  doc: { formula: "logicalAnd(a, b): a and b" },
};

export const logicalOrOp: Connective = {
  name: "logicalOr",
  kind: "elementwise",
  parameters: ["a", "b"],
  inferType: logicalType,
  reference: () => (a, b) => a | b,
  emit: (e, [a, b]) => e.or(a!, b!),
  derivative: { kind: "none" },
  doc: { formula: "logicalOr(a, b): a or b" },
};

export const logicalXorOp: Connective = {
  name: "logicalXor",
  kind: "elementwise",
  parameters: ["a", "b"],
  inferType: logicalType,
  reference: () => (a, b) => a ^ b,
  emit: (e, [a, b]) => e.xor(a!, b!),
  derivative: { kind: "none" },
  doc: { formula: "logicalXor(a, b): a or b but not both" },
};

export const logicalNotOp: ElementwiseOp<"bool", [BoolNode]> = {
  name: "logicalNot",
  kind: "elementwise",
  parameters: ["x"],
  inferType: logicalType,
  reference: () => (x) => 1 - x,
  emit: (e, [x]) => e.not(x!),
  derivative: { kind: "none" },
  doc: { formula: "logicalNot(x): not x" },
};

function connect(op: Connective, a: BoolNode, b: BoolNode): BoolNode {
  return apply(op, broadcastNodes(op, [a, b]) as [BoolNode, BoolNode], {});
}

/**
 * Whether a and b, element by element.
 *
 * @shapes a: bool[...S], b: bool[...R] -> bool[S and R broadcast]
 * @throws ShapeError SHAPE_BROADCAST if the shapes do not broadcast. DTypeError DTYPE_NOT_ACCEPTED if one is not bool.
 * @example
 * evaluate(logicalAnd(constant([true, true, false, false]), constant([true, false, true, false]))).data; // → [1, 0, 0, 0]
 */
export function logicalAnd(a: BoolNode, b: BoolNode): BoolNode {
  return connect(logicalAndOp, a, b);
}

/**
 * Whether a or b, element by element.
 *
 * @shapes a: bool[...S], b: bool[...R] -> bool[S and R broadcast]
 * @throws ShapeError SHAPE_BROADCAST if the shapes do not broadcast. DTypeError DTYPE_NOT_ACCEPTED if one is not bool.
 * @example
 * evaluate(logicalOr(constant([true, true, false, false]), constant([true, false, true, false]))).data; // → [1, 1, 1, 0]
 */
export function logicalOr(a: BoolNode, b: BoolNode): BoolNode {
  return connect(logicalOrOp, a, b);
}

/**
 * Whether a or b but not both, element by element.
 *
 * @shapes a: bool[...S], b: bool[...R] -> bool[S and R broadcast]
 * @throws ShapeError SHAPE_BROADCAST if the shapes do not broadcast. DTypeError DTYPE_NOT_ACCEPTED if one is not bool.
 * @example
 * evaluate(logicalXor(constant([true, true, false, false]), constant([true, false, true, false]))).data; // → [0, 1, 1, 0]
 */
export function logicalXor(a: BoolNode, b: BoolNode): BoolNode {
  return connect(logicalXorOp, a, b);
}

/**
 * The opposite of every truth value.
 *
 * @shapes x: bool[...S] -> bool[...S]
 * @throws DTypeError DTYPE_NOT_ACCEPTED if x is not bool.
 * @example
 * evaluate(logicalNot(constant([true, false]))).data; // → [0, 1]
 */
export function logicalNot(x: BoolNode): BoolNode {
  return apply(logicalNotOp, [x], {});
}
