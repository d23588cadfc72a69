/** Comparisons, element by element: truth values, through which no derivative flows. NaN is unequal to everything. */
import { apply } from "../graph/apply.js";
import type { BoolNode, Node, Operand } from "../graph/node.js";
import type { ElementwiseOp } from "../graph/op.js";
import { comparisonType } from "../graph/type-rules.js";
import type { NumericDType } from "../tensor/dtype.js";
import { broadcastOperands } from "./rules/elementwise.js";

type Comparison = ElementwiseOp<"bool", [Node<NumericDType>, Node<NumericDType>]>;

export const equalOp: Comparison = {
  name: "equal",
  kind: "elementwise",
  parameters: ["a", "b"],
  inferType: comparisonType,
  reference: () => (a, b) => Number(a === b),
  emit: (e, [a, b]) => e.equal(a!, b!),
  derivative: { kind: "none" },
  doc: { formula: "equal(a, b): a = b" },
};

export const notEqualOp: Comparison = {
  name: "notEqual",
  kind: "elementwise",
  parameters: ["a", "b"],
  inferType: comparisonType,
  reference: () => (a, b) => Number(a !== b),
  emit: (e, [a, b]) => e.notEqual(a!, b!),
  derivative: { kind: "none" },
  doc: { formula: "notEqual(a, b): a ≠ b" },
};

export const lessOp: Comparison = {
  name: "less",
  kind: "elementwise",
  parameters: ["a", "b"],
  inferType: comparisonType,
  reference: () => (a, b) => Number(a < b),
  emit: (e, [a, b]) => e.less(a!, b!),
  derivative: { kind: "none" },
  doc: { formula: "less(a, b): a < b" },
};

export const lessEqualOp: Comparison = {
  name: "lessEqual",
  kind: "elementwise",
  parameters: ["a", "b"],
  inferType: comparisonType,
  reference: () => (a, b) => Number(a <= b),
  emit: (e, [a, b]) => e.lessEqual(a!, b!),
  derivative: { kind: "none" },
  doc: { formula: "lessEqual(a, b): a ≤ b" },
};

export const greaterOp: Comparison = {
  name: "greater",
  kind: "elementwise",
  parameters: ["a", "b"],
  inferType: comparisonType,
  reference: () => (a, b) => Number(a > b),
  emit: (e, [a, b]) => e.less(b!, a!),
  derivative: { kind: "none" },
  doc: { formula: "greater(a, b): a > b" },
};

export const greaterEqualOp: Comparison = {
  name: "greaterEqual",
  kind: "elementwise",
  parameters: ["a", "b"],
  inferType: comparisonType,
  reference: () => (a, b) => Number(a >= b),
  emit: (e, [a, b]) => e.lessEqual(b!, a!),
  derivative: { kind: "none" },
  doc: { formula: "greaterEqual(a, b): a ≥ b" },
};

/**
 * Whether a = b, element by element.
 *
 * @shapes a: D[...S], b: D[...R] -> bool[S and R broadcast]
 * @throws ShapeError SHAPE_BROADCAST if the shapes do not broadcast. DTypeError DTYPE_MIXED if the dtypes differ.
 * @example
 * evaluate(equal(constant([1, 2]), constant([3, 2]))).data; // → [0, 1]
 */
export function equal<D extends NumericDType>(a: Operand<D>, b: Operand<D>): BoolNode {
  return apply(equalOp, broadcastOperands(equalOp, a, b), {});
}

/**
 * Whether a ≠ b, element by element.
 *
 * @shapes a: D[...S], b: D[...R] -> bool[S and R broadcast]
 * @throws ShapeError SHAPE_BROADCAST if the shapes do not broadcast. DTypeError DTYPE_MIXED if the dtypes differ.
 * @example
 * evaluate(notEqual(constant([1, 2]), constant([3, 2]))).data; // → [1, 0]
 */
export function notEqual<D extends NumericDType>(a: Operand<D>, b: Operand<D>): BoolNode {
  return apply(notEqualOp, broadcastOperands(notEqualOp, a, b), {});
}

/**
 * Whether a < b, element by element.
 *
 * @shapes a: D[...S], b: D[...R] -> bool[S and R broadcast]
 * @throws ShapeError SHAPE_BROADCAST if the shapes do not broadcast. DTypeError DTYPE_MIXED if the dtypes differ.
 * @example
 * evaluate(less(constant([1, 2]), constant([3, 2]))).data; // → [1, 0]
 */
export function less<D extends NumericDType>(a: Operand<D>, b: Operand<D>): BoolNode {
  return apply(lessOp, broadcastOperands(lessOp, a, b), {});
}

/**
 * Whether a ≤ b, element by element.
 *
 * @shapes a: D[...S], b: D[...R] -> bool[S and R broadcast]
 * @throws ShapeError SHAPE_BROADCAST if the shapes do not broadcast. DTypeError DTYPE_MIXED if the dtypes differ.
 * @example
 * evaluate(lessEqual(constant([1, 2]), constant([3, 2]))).data; // → [1, 1]
 */
export function lessEqual<D extends NumericDType>(a: Operand<D>, b: Operand<D>): BoolNode {
  return apply(lessEqualOp, broadcastOperands(lessEqualOp, a, b), {});
}

/**
 * Whether a > b, element by element.
 *
 * @shapes a: D[...S], b: D[...R] -> bool[S and R broadcast]
 * @throws ShapeError SHAPE_BROADCAST if the shapes do not broadcast. DTypeError DTYPE_MIXED if the dtypes differ.
 * @example
 * evaluate(greater(constant([1, 2]), constant([3, 2]))).data; // → [0, 0]
 */
export function greater<D extends NumericDType>(a: Operand<D>, b: Operand<D>): BoolNode {
  return apply(greaterOp, broadcastOperands(greaterOp, a, b), {});
}

/**
 * Whether a ≥ b, element by element.
 *
 * @shapes a: D[...S], b: D[...R] -> bool[S and R broadcast]
 * @throws ShapeError SHAPE_BROADCAST if the shapes do not broadcast. DTypeError DTYPE_MIXED if the dtypes differ.
 * @example
 * evaluate(greaterEqual(constant([1, 2]), constant([3, 2]))).data; // → [0, 1]
 */
export function greaterEqual<D extends NumericDType>(a: Operand<D>, b: Operand<D>): BoolNode {
  return apply(greaterEqualOp, broadcastOperands(greaterEqualOp, a, b), {});
}
